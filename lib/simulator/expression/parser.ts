import { ExpressionError, type Token, tokenize } from './lexer.ts';

/** A parsed expression without types. */
export type ExpressionNode =
  | { readonly node: 'text' | 'regex' | 'ip' | 'subnet'; readonly value: string }
  | { readonly node: 'number'; readonly value: number }
  | { readonly node: 'word'; readonly value: string }
  | {
      readonly node: 'member';
      readonly of: ExpressionNode;
      readonly name: string;
      readonly args: readonly ExpressionNode[];
    }
  | { readonly node: 'not' | 'minus'; readonly of: ExpressionNode }
  | {
      readonly node: 'binary';
      readonly operator: string;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    };

/** Operators from weakest to strongest; all associate to the left. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
/** Deeper than real rules, and shallow enough for the stack. */
const MAX_DEPTH = 200;
/** Limit of a rule in characters. */
const MAX_LENGTH = 1499;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): ExpressionNode {
    const node = this.#binary(0);
    if (this.#peek().type !== 'end') throw new ExpressionError(3081, 'unexpected text after the expression');
    return node;
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #isWordOrNumber(): boolean {
    return this.#peek().type === 'word' || this.#peek().type === 'number';
  }

  #take(value: string): boolean {
    const token = this.#peek();
    if (token.type !== 'symbol' || token.value !== value) return false;
    this.#at += 1;
    return true;
  }

  #expect(value: string): void {
    if (!this.#take(value)) throw new ExpressionError(3081, `missing ${value}`);
  }

  #binary(level: number): ExpressionNode {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.#take(candidate));
      if (operator === undefined) return left;
      left = { node: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): ExpressionNode {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ExpressionError(3082, `nested deeper than ${MAX_DEPTH} levels`);
    const node: ExpressionNode = this.#take('!')
      ? { node: 'not', of: this.#unary() }
      : this.#take('-')
        ? { node: 'minus', of: this.#unary() }
        : this.#members(this.#primary());
    this.#depth -= 1;
    return node;
  }

  #members(start: ExpressionNode): ExpressionNode {
    let node = start;
    while (this.#take('.')) {
      const name = this.#peek();
      if (name.type !== 'word') throw new ExpressionError(3081, 'missing method name after the dot');
      this.#at += 1;
      node = { node: 'member', of: node, name: name.value.toUpperCase(), args: this.#args() };
    }
    return node;
  }

  #args(): ExpressionNode[] {
    if (!this.#take('(')) return [];
    const args: ExpressionNode[] = [];
    if (this.#take(')')) return args;
    do args.push(this.#binary(0));
    while (this.#take(','));
    this.#expect(')');
    return args;
  }

  #primary(): ExpressionNode {
    const token = this.#peek();
    this.#at += 1;
    if (token.type === 'text' || token.type === 'regex' || token.type === 'ip' || token.type === 'subnet')
      return { node: token.type, value: token.value };
    if (token.type === 'number') return { node: 'number', value: token.value };
    if (token.type === 'word') {
      // A time is one operand of several words: `GMT 2026 Mar 1`.
      if (/^(gmt|local)$/i.test(token.value)) while (this.#isWordOrNumber()) this.#at += 1;
      return { node: 'word', value: token.value };
    }
    if (token.type === 'symbol' && token.value === '(') {
      const node = this.#binary(0);
      this.#expect(')');
      return node;
    }
    throw new ExpressionError(3081, 'missing operand');
  }
}

/** Parses the text of a rule, an action's target or a named expression. */
export function parseExpression(source: string): ExpressionNode {
  if (source.length > MAX_LENGTH) throw new ExpressionError(3082, `longer than ${MAX_LENGTH} characters`);
  return new Parser(tokenize(source)).whole();
}
