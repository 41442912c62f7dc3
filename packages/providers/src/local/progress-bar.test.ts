import { expect, test } from 'vitest';
import { createProgressBar, formatProgress } from './progress-bar.ts';

const at = (loadedBytes: number, totalBytes = 15_000_000) => ({ file: 'onnx/model.onnx', loadedBytes, totalBytes });

function screen(stream: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  return { ...stream, written, write: (text: string) => written.push(text) };
}

test.each([
  [0, '[....................]   0 %  0.0 of 15.0 MB  onnx/model.onnx'],
  [6_000_000, '[########............]  40 %  6.0 of 15.0 MB  onnx/model.onnx'],
  [14_999_999, '[###################.]  99 %  15.0 of 15.0 MB  onnx/model.onnx'],
  [15_000_000, '[####################] 100 %  15.0 of 15.0 MB  onnx/model.onnx'],
])('%i bytes', (loadedBytes, line) => {
  expect(formatProgress(at(loadedBytes))).toBe(line);
});

test('a size that nobody told is not made up', () => {
  expect(formatProgress(at(2_500_000, 0))).toBe('[....................]   0 %  2.5 MB  onnx/model.onnx');
});

test('a terminal gets one line, no wider than itself, written again only when it changes', () => {
  const terminal = screen({ isTTY: true, columns: 40 });
  const bar = createProgressBar(terminal);
  for (const bytes of [0, 1, 6_000_000]) bar.update(at(bytes));
  bar.end();
  expect(terminal.written).toHaveLength(3);
  expect(terminal.written.at(-1)).toBe('\n');
  for (const line of terminal.written.slice(0, -1))
    expect([line.slice(0, 6), line.length]).toEqual(['\r\u001b[2K[', 5 + 39]);
});

test('anything else gets a line every 10 %', () => {
  const log = screen({});
  const bar = createProgressBar(log);
  for (let bytes = 0; bytes <= 15_000_000; bytes += 50_000) bar.update(at(bytes));
  bar.end();
  expect(log.written).toHaveLength(11);
  expect(log.written.at(-1)).toBe(`${formatProgress(at(15_000_000))}\n`);
});
