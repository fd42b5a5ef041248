/** Sentences for what a draft makes of HTTPS records: each says that it is one, and none of them is the verdict. */
import type { BindingsView, EndpointView } from '../report.ts';
import { explainValidation } from './validation.ts';
import type { Phrase, Words } from './words.ts';

export function explainBindings(bindings: BindingsView | undefined, words: Words): Phrase[] {
  const { say, number } = words;
  if (bindings === undefined) return [];
  switch (bindings.result) {
    case 'none':
      return [say('bindings_none')];
    case 'unavailable':
      return [say('bindings_unavailable')];
    case 'too many aliases':
      return [say('bindings_too_many_aliases')];
    case 'not secure':
      return [say('bindings_not_secure', explainValidation(bindings.reason, words))];
    case 'endpoints': {
      const more = bindings.leftOut > 0 ? [say('bindings_left_out', number(bindings.leftOut))] : [];
      return [...bindings.endpoints.map((endpoint) => explainEndpoint(endpoint, words)), ...more];
    }
  }
}

function explainEndpoint(endpoint: EndpointView, words: Words): Phrase {
  const { say, quote } = words;
  const { target, port, transport } = endpoint;
  const place = say(`bindings_place_${transport}`, quote(target), port);
  switch (endpoint.state) {
    case 'absent':
      return say('bindings_absent', place);
    case 'not secure':
      return say('bindings_endpoint_not_secure', place, explainValidation(endpoint.reason, words));
    case 'published':
      return say(`bindings_${endpoint.fits}`, place);
  }
}
