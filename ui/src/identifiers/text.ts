/** The canonical text of an identifier (core/identifiers/text.py is the reference). */

const TRADITIONAL = '粵滬蘇閩贛魯瓊貴雲陝寧晉遼掛學領';
const SIMPLIFIED = '粤沪苏闽赣鲁琼贵云陕宁晋辽挂学领';
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const DROPPED =
  /[\t\n\r \u00a0\u2002\u2003\u2009\u202f\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff.\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\-\u2010-\u2015\u2212]/g;

/** ASCII capitals; no full-width signs, spaces, dots, hyphens or invisible signs; simplified plate characters. */
export function normalise(text: string): string {
  return text
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/./gsu, (sign) => SIMPLIFIED.charAt(TRADITIONAL.indexOf(sign)) || sign)
    .replace(DROPPED, '');
}
