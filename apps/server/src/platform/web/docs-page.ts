import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui';

const icon = resolve(import.meta.dirname, '../../../../web/public/favicon.svg');

/** Follows the system's choice of light or dark; a file of its own, because the page's policy runs no inline script. */
const followSystem = `const dark = matchMedia('(prefers-color-scheme: dark)');
const apply = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', apply);
apply();
`;

const style = `.swagger-ui .info .title small { background: #8a3b12; }
.swagger-ui .info .title small.version-stamp { background: #22613c; }
html { background: #faf8f4; }
html.dark-mode { background: #161412; color-scheme: dark; }
html.dark-mode .swagger-ui table.headers td { color: #efe9e0; }
`;

/** The page at /docs: Swagger UI without the marks of others, and without its bar for opening other documents. */
export function docsPage(): FastifySwaggerUiOptions {
  const mark = readFileSync(icon, 'utf8');
  return {
    routePrefix: '/docs',
    logo: { type: 'image/svg+xml', content: mark },
    theme: {
      title: 'Octavo API',
      favicon: [{ filename: 'octavo.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: mark }],
      css: [{ filename: 'octavo.css', content: style }],
      js: [{ filename: 'octavo.js', content: followSystem }],
    },
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list', defaultModelsExpandDepth: 0 },
  };
}
