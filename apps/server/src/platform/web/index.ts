export { type App, createApp } from './app.ts';
export { serveStudio } from './studio.ts';
