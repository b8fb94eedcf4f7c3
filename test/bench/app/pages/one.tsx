import { CARDS } from '../../rendering/cards.ts'
import { Page } from '../../rendering/rivulet.tsx'

const ONE = CARDS.slice(0, 1)

export default () => <Page cards={ONE} />
