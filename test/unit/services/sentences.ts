/** The sentences of mail and services, which `explain.test.ts` beside this file asks for, all of them. */
export const SERVICE_KEYS = /^(mail|service|services|peer|connection|policy|sts)_/;
