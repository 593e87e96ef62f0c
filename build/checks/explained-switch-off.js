/** Requires a reason (`-- why`) in every comment that switches a lint rule off. */
export const explainedSwitchOff = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { reason: 'Say why the rule is switched off: `-- reason` at the end of the comment.' },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const switchesOff = /^\s*eslint-disable/.test(comment.value);
          if (switchesOff && !/\s--\s+\S/.test(comment.value)) {
            context.report({ loc: comment.loc, messageId: 'reason' });
          }
        }
      },
    };
  },
};
