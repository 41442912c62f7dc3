import type { ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';

/** What a model writes is a stranger's text: no HTML, no images from elsewhere, no address but http, https and mailto. */
const schema = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? []).filter((tag) => tag !== 'img' && tag !== 'picture' && tag !== 'source'),
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'] },
};

interface Node {
  type: string;
  depth?: number;
  value?: string;
  children?: Node[];
}

const wordsOf = (node: Node): string => node.value ?? (node.children ?? []).map(wordsOf).join('');
const bare = (text: string): string => text.normalize().replace(/\s+/g, ' ').trim().toLowerCase();

/** The page has its heading already: one that says the same again goes, and all others are one level down. */
function belowTitle(title: string) {
  return (tree: Node): void => {
    const [first] = tree.children ?? [];
    if (first?.type === 'heading' && bare(wordsOf(first)) === bare(title)) tree.children?.shift();
    for (const node of tree.children ?? [])
      if (node.type === 'heading') node.depth = Math.min(6, (node.depth ?? 1) + 1);
  };
}

const rehypePlugins = [[rehypeSanitize, schema]] as never;
const components: Components = {
  a: ({ children, href }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  table: ({ children }) => <Scrolls>{children}</Scrolls>,
};

/** A wide table moves by itself, not the page with it; by keyboard as well. */
function Scrolls({ children }: { children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="overflow-x-auto" tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  );
}

/** @param title the heading of the page that the text stands on */
export default function Markdown({
  text,
  title = '',
  isWriting = false,
}: {
  text: string;
  title?: string;
  isWriting?: boolean;
}) {
  return (
    <div className={`prose ${isWriting ? 'is-writing' : ''}`} dir="auto">
      <ReactMarkdown
        remarkPlugins={[remarkGfm, [belowTitle, title]]}
        rehypePlugins={rehypePlugins}
        components={components}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
