export { ChildFailed, superviseChildren } from './children.ts';
export { onParentGone } from './parent.ts';
