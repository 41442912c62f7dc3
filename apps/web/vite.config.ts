import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://localhost:3000';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // Its version for browsers decodes `&amp;` by innerHTML, which the policy of the server (Trusted Types) does not allow.
  resolve: {
    alias: {
      'decode-named-character-reference': fileURLToPath(import.meta.resolve('decode-named-character-reference')),
    },
  },
  server: { proxy: { '/api': server, '/socket.io': { target: server, ws: true } } },
  // No file becomes a data: URL and no script stands in the page: the policy of the server allows neither.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2023' },
});
