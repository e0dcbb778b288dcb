exports.zodResponsesFunction = undefined;
exports.zodTextFormat = undefined;
