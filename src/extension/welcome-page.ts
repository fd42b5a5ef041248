/** Where the first-run page stands, for whoever opens it. */
export const WELCOME_PAGE = 'welcome/welcome.html';
