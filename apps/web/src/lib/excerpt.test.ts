import { describe, expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';

describe('excerpt', () => {
  it.each([
    ['# Tea\n\nTea is **old**.', 'Tea. Tea is old.'],
    ['Tea\n===\n\nOld', 'Tea Old'],
    ['- [ ] one\n- [x] two\n1. three\n2) four', 'one two three four'],
    ['> said *she*\n> and left', 'said she and left'],
    ['| Tea | Cost |\n|:---|---:|\n| Green | 3 |\n| a \\| b | |', 'Tea, Cost Green, 3 a | b'],
    ['<p align="center">Hello<br>you</p><script>alert(1)</script>', 'Hello you'],
    ['<!-- a\ncomment -->After', 'After'],
    ['if a < b and c > d', 'if a < b and c > d'],
    [
      'See [the (new) page](https://a.org/x_(y)) and ![a cat](cat.png) <https://b.org>',
      'See the (new) page and a cat https://b.org',
    ],
    [
      'snake_case_name stays, _this_ and __that__ not, nor ~~gone~~',
      'snake_case_name stays, this and that not, nor gone',
    ],
    ['5 * 3 * 2 and \\*stars\\*', '5 * 3 * 2 and *stars*'],
    ['```js\nlet a = 1;\n```\nafter `code`', 'let a = 1; after code'],
    ['Fish &amp; chips[^1]\n\n---\n\n[^1]: Note', 'Fish & chips Note'],
    ['## 第一章\n\n茶', '第一章. 茶'],
    ['', ''],
  ])('reads %j', (markdown, plain) => {
    expect(excerpt(markdown)).toBe(plain);
  });

  it('leaves out a heading that repeats the title, unless there is nothing else', () => {
    expect(excerpt('# Tea in Spring\n\nIt grows.', 'Tea in spring')).toBe('It grows.');
    expect(excerpt('# Tea', 'Tea')).toBe('Tea.');
  });

  it('ends between two words, or between two characters where there are no spaces', () => {
    expect(excerpt('one two three four', '', 10)).toBe('one two …');
    expect(excerpt('茶'.repeat(30), '', 10)).toBe(`${'茶'.repeat(9)} …`);
    expect(excerpt('🫖'.repeat(30), '', 10).isWellFormed()).toBe(true);
  });

  it('takes no longer for what is made to be slow', () => {
    for (const part of ['[', '<a', '*', '`', '_a', '|', '![](', '\\', '> ', '&amp'])
      expect(excerpt(part.repeat(100_000)).length).toBeLessThan(300);
  });
});
