/** What stands where a secret was. */
export const REDACTED = 'REDACTED';

/** Fields of NITRO that hold secrets, by their names, and the contents of uploaded files: keys are among them. */
const SECRET =
  /passw|passphrase|passplain|passcrypt|secret|sessionid|token|radkey|hmackey|encryptkey|community|^(?:pass|filecontent|psk)$/i;

/** Splits commands into words and what is between them, by turns. A quoted word may hold blanks, and ends with its line. */
function commandWords(text: string): string[] {
  const words: string[] = [];
  let open = false;
  text.split(/(\s+)/).forEach((part, index) => {
    const word = index % 2 === 0;
    if (!word && part.includes('\n')) open = false;
    if (open) words[words.length - 1] += part;
    else words.push(part);
    if (word) open = open ? !part.endsWith('"') : part.startsWith('"') && (part.length === 1 || !part.endsWith('"'));
  });
  return words;
}

/** Replaces values of options that hold secrets, and every value that is stored encrypted. */
function redactText(text: string): string {
  if (!text.includes(' -')) return text;
  const words = commandWords(text);
  const secret = (index: number): boolean => {
    const [option, next] = [words[index - 2] ?? '', words[index + 2]];
    return (option.startsWith('-') && SECRET.test(option.slice(1))) || next === '-encrypted';
  };
  // Only each second one is a word.
  return words.map((word, index) => (index % 2 === 0 && word !== '' && secret(index) ? REDACTED : word)).join('');
}

/** Replaces secrets in a body, at any depth. Texts that hold commands, such as a running configuration, are searched. */
export function redactBody(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactBody);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      SECRET.test(name) && typeof field !== 'object' ? REDACTED : redactBody(field),
    ]),
  );
}

/** Replaces the value of one `name:value` of `args` and `filter`; the colon may be encoded. */
function redactPair(pair: string): string {
  const sign = /:|%3A/i.exec(pair);
  if (sign === null || !SECRET.test(pair.slice(0, sign.index))) return pair;
  return `${pair.slice(0, sign.index)}${sign[0]}${REDACTED}`;
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals < 0) return parameter;
  const [name, value] = [parameter.slice(0, equals), parameter.slice(equals + 1)];
  if (SECRET.test(name)) return `${name}=${REDACTED}`;
  // The separators are kept: every second part is one.
  return `${name}=${value
    .split(/(,|%2C)/i)
    .map((part, index) => (index % 2 === 0 ? redactPair(part) : part))
    .join('')}`;
}

/** Replaces secrets in the query of a URL: in its parameters, and in the pairs of `args` and `filter`. */
export function redactUrl(url: string): string {
  const question = url.indexOf('?');
  if (question < 0) return url;
  return `${url.slice(0, question)}?${url
    .slice(question + 1)
    .split('&')
    .map(redactParameter)
    .join('&')}`;
}

/** Replaces the values of the cookies that a response sets: they are tokens of sessions. */
export function redactCookie(text: string): string {
  return text.replace(/^([^=;]{0,256})=[^;]*/, `$1=${REDACTED}`);
}
