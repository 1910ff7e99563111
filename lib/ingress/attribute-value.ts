import type { Attribute, AttributeType } from './attributes.ts';
import { inWords } from './finding.ts';
import { parseAddress } from './ip.ts';

/** The value in NITRO's form, or the reason why it is invalid. */
type ValueResult =
  | { readonly value: string | number }
  | { readonly reason: string; readonly unsupported: false }
  | {
      readonly reason: string;
      /** The appliance accepts the value, but it breaks passthrough. */
      readonly unsupported: true;
      /** The values that keep passthrough intact. */
      readonly supported: readonly string[];
    };

const invalid = (reason: string): ValueResult => ({ reason, unsupported: false });

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.#: @=-]{0,126}$/;
/** Matches printable ASCII and the line breaks of a request. */
const TEXT = /^[\x20-\x7e\r\n\t]{1,512}$/;
const CODES = /^[1-5][0-9]{2}(-[1-5][0-9]{2})?$/;

/** Returns whether a text can be the name of an object on the appliance (NITRO: at most 127 characters). */
export function isObjectName(value: string): boolean {
  return NAME.test(value);
}

/** Returns whether a text is a subnet mask: ones, then zeros. 0.0.0.0 is not a mask. */
function isMask(value: string): boolean {
  const address = parseAddress(value);
  return address?.family === 4 && /^1+0*$/.test(address.bits.toString(2).padStart(32, '0'));
}

function parseText(type: AttributeType, text: string): ValueResult {
  switch (type.kind) {
    case 'choice': {
      const upper = text.toUpperCase();
      if (type.choices.includes(upper)) return { value: upper };
      if (type.breaking.includes(upper))
        return { reason: 'is incompatible with passthrough', unsupported: true, supported: type.choices };
      return invalid(`is not one of ${type.choices.join(', ')}`);
    }
    case 'number': {
      const number = Number(text);
      if (/^[0-9]{1,10}$/.test(text) && number >= type.min && number <= type.max) return { value: number };
      return invalid(`is not a number from ${type.min} to ${type.max}`);
    }
    case 'mask':
      return isMask(text) ? { value: text } : invalid('is not an IPv4 subnet mask');
    case 'codes': {
      const codes = text.split(/[ ,]+/);
      return codes.every((code) => CODES.test(code))
        ? { value: codes.join(',') }
        : invalid('is not a list of HTTP status codes');
    }
    case 'name':
      return isObjectName(text) ? { value: text } : invalid('is not a valid object name');
    case 'text':
      return TEXT.test(text) ? { value: text } : invalid('is not 1 to 512 printable ASCII characters');
  }
}

/**
 * Parses the value of an attribute: a string or a number, choices in any case. Status codes may also be a list; their
 * canonical form is `200,301-302`.
 */
export function parseValue(attribute: Attribute, input: unknown): ValueResult {
  if (attribute.type.kind === 'codes' && Array.isArray(input))
    return parseText(attribute.type, input.map(inWords).join(','));
  if (typeof input !== 'string' && typeof input !== 'number') return invalid('is neither a string nor a number');
  return parseText(attribute.type, String(input));
}
