import type { LayoutProps } from 'rivulet'
import { Layout } from '../components/Layout.tsx'

export default ({ title, url, children }: LayoutProps) => (
  <Layout title={title} path={url.pathname}>
    {children}
  </Layout>
)
