/** Of what browsers and Node.js have alike, what the contract uses; the types of neither are loaded for it. */
declare class URL {
  constructor(text: string);
  static canParse(text: string): boolean;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly pathname: string;
  hash: string;
  readonly href: string;
}
