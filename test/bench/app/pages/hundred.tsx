import { CARDS } from '../../rendering/cards.ts'
import { Page } from '../../rendering/rivulet.tsx'

export default () => <Page cards={CARDS} />
