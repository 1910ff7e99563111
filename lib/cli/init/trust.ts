import type { Answers } from './entry.ts';
import type { Prompter } from './prompter.ts';

/** Returns why a file cannot be the authority of certificates. */
export type CaProblem = (path: string) => string | undefined;

/** Asks how the appliance's certificate is verified. Plain HTTP has none. */
export async function askTrust(answers: Answers, prompter: Prompter, caProblem: CaProblem): Promise<Answers> {
  if (!(answers.endpoints ?? []).some((endpoint) => /^https:/i.test(endpoint))) {
    prompter.note('http:// sends user name and password as they are: use it in a laboratory only.');
    return answers;
  }
  const trust = await prompter.choose({
    message: 'Who signed the certificate of its management service?',
    options: [
      { value: 'public', label: 'an authority that this system trusts' },
      { value: 'ca', label: 'an authority of our own', hint: 'a PEM file' },
      { value: 'none', label: 'nobody: do not verify it', hint: 'laboratory only' },
    ],
    initial: 'public',
  });
  if (trust === 'none') {
    const sure = await prompter.confirm(
      'Without verification, anybody on the way can read the password and program the appliance. Really?',
      false,
    );
    return sure ? { ...answers, tls: { verify: false } } : askTrust(answers, prompter, caProblem);
  }
  const ca = trust === 'ca' ? await askAuthority(prompter, caProblem) : undefined;
  const serverName = (
    await prompter.text({
      message: 'Name in the certificate, where it is another than in the address (empty: the same)',
      example: 'edge.example.com',
      initial: '',
      problem: () => undefined,
    })
  ).trim();
  const tls = { ...(ca === undefined ? {} : { ca }), ...(serverName === '' ? {} : { serverName }) };
  return Object.keys(tls).length === 0 ? answers : { ...answers, tls };
}

async function askAuthority(prompter: Prompter, caProblem: CaProblem): Promise<string> {
  const text = await prompter.text({
    message: 'PEM file of the authority, or of the certificate itself',
    example: 'ca.pem',
    initial: '',
    problem: (path) => (path.trim() === '' ? 'Needed, such as ca.pem' : caProblem(path.trim())),
  });
  return text.trim();
}
