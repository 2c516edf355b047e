export { encodeTemplate, type EncodeTemplateOptions } from "./encode.js";
export { labelWords } from "./label-words.js";
export { answerPosition, fillTemplate, type Template, template, type TemplateField } from "./template.js";
