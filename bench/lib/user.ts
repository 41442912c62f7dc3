import type { GenerationAccepted, Session, Success } from '@octavo/contracts';

export interface BenchUser {
  token: string;
  generate(prompt: string): Promise<string>;
}

let users = 0;

export async function signUp(url: string): Promise<BenchUser> {
  users += 1;
  const person = {
    email: `bench-${process.pid}-${users}@example.org`,
    password: 'correct horse battery',
    firstName: 'B',
    lastName: 'B',
  };
  const { access_token: token } = await post<Session>(`${url}/api/auth/register`, person);
  return {
    token,
    async generate(prompt) {
      const body = { title: 'Bench', contentType: 'social', prompt };
      return (await post<GenerationAccepted>(`${url}/api/content/generate`, body, token)).jobId;
    },
  };
}

async function post<T>(url: string, body: unknown, token?: string): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status} ${await response.text()}`);
  return ((await response.json()) as Success<T>).data;
}
