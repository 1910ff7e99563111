import type { DefaultTheme } from 'vitepress';

/** The pages of the site, in the order of a first reading. */
export const SIDEBAR: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'The local mode', link: '/local' },
      { text: 'Renew with ACME', link: '/acme' },
      { text: 'FAQ', link: '/faq' },
      { text: 'Limits', link: '/limits' },
    ],
  },
  {
    text: 'Migrate',
    items: [
      { text: 'From the vendor’s controller', link: '/migrate/vendor-controller' },
      { text: 'Take over host by host', link: '/adopt' },
      { text: 'From ingress-nginx', link: '/migrate/ingress-nginx' },
      { text: 'From F5 (CIS)', link: '/migrate/f5-cis' },
    ],
  },
  {
    text: 'Operate',
    items: [
      { text: 'Deployment', link: '/deploy/README' },
      { text: 'The NetScaler user', link: '/deploy/netscaler-user' },
      { text: 'Networks', link: '/deploy/networks' },
      { text: 'Cost', link: '/deploy/cost' },
      { text: 'Monitoring', link: '/deploy/monitoring' },
      { text: 'Upgrade', link: '/deploy/upgrade' },
      { text: 'Removal', link: '/deploy/removal' },
      { text: 'Forwarder', link: '/forwarder' },
      { text: 'Admission policy', link: '/admission' },
      { text: 'The console', link: '/console' },
      { text: 'Traffic metrics', link: '/exporter' },
      { text: 'Security', link: '/security' },
      { text: 'Supply chain', link: '/supply-chain' },
      { text: 'Conformance', link: '/conformance' },
      { text: 'Checks in CI', link: '/ci' },
    ],
  },
  {
    text: 'When something is wrong',
    items: [
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'One host, one command', link: '/why' },
      { text: 'What was configured, and why', link: '/history' },
      { text: 'Runbooks', link: '/runbooks/README' },
      { text: 'Findings', link: '/findings' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'Command line', link: '/cli' },
      { text: 'Library', link: '/library' },
      { text: 'Annotations', link: '/annotations' },
      { text: 'Gateway API', link: '/gateway-api' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Events', link: '/events' },
      { text: 'Metrics', link: '/metrics' },
      { text: 'Traces', link: '/traces' },
      { text: 'Appliance facts', link: '/appliance-facts' },
      { text: 'Glossary', link: '/glossary' },
      { text: 'Performance', link: '/performance' },
      { text: 'Quality', link: '/quality' },
    ],
  },
  {
    text: 'The simulator',
    items: [
      { text: 'For your own tests', link: '/simulator' },
      { text: 'NITRO types', link: '/simulator-types' },
      { text: 'What is simulated', link: '/appliance' },
      { text: 'Appliance defaults', link: '/appliance-defaults' },
    ],
  },
  {
    text: 'Inside',
    items: [
      { text: 'Architecture', link: '/architecture' },
      { text: 'Protocol', link: '/protocol' },
      { text: 'Local cloud', link: '/local-cloud' },
      { text: 'Mutation tests', link: '/mutation' },
    ],
  },
];
