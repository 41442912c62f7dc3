export { fileAnswer } from './api-document.ts';
export { type App, createApp } from './app.ts';
export { serveStudio } from './studio.ts';
