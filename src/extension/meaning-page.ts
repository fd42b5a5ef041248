/** Where the page about the verdicts is, in the extension; it needs nothing but the catalogue. */
export const MEANING_PAGE = 'meaning/meaning.html';
