"""Makes ../tiny-t5: the inputs and outputs of a T5 translator (MADLAD-400), and inside a machine that repeats its input.
usage: python make-tiny-t5.py ../tiny-t5   (needs the package onnx)
encoder: one row for each token, one-hot. decoder: step n says token n of the input, until </s>."""
import json, os, sys
import onnx
from onnx import TensorProto as T, helper as h

out = sys.argv[1]
os.makedirs(f'{out}/onnx', exist_ok=True)
pieces = ['<pad>', '</s>', '<unk>', '<2es>', '<2iw>', '<2zh>', '▁'] + list('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?[]()-')
V = len(pieces)

def const(name, values, kind=T.INT64):
    return h.make_tensor(name, kind, [len(values)] if isinstance(values, list) else [], values if isinstance(values, list) else [values])

def save(name, nodes, inputs, outputs, constants):
    graph = h.make_graph(nodes, name, inputs, outputs, constants)
    model = h.make_model(graph, opset_imports=[h.make_opsetid('', 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, f'{out}/onnx/{name}.onnx')

ids = lambda name, length: h.make_tensor_value_info(name, T.INT64, ['batch_size', length])
rows = lambda name: h.make_tensor_value_info(name, T.FLOAT, ['batch_size', 'encoder_sequence_length', V])
cache = lambda name, length: h.make_tensor_value_info(name, T.FLOAT, ['batch_size', 1, length, 1])

save('encoder_model', [
    h.make_node('OneHot', ['input_ids', 'depth', 'off_on'], ['hot'], axis=-1),
    h.make_node('Cast', ['attention_mask'], ['mask'], to=T.FLOAT),
    h.make_node('Unsqueeze', ['mask', 'last'], ['mask3']),
    h.make_node('Mul', ['hot', 'mask3'], ['last_hidden_state']),
], [ids('input_ids', 'encoder_sequence_length'), ids('attention_mask', 'encoder_sequence_length')], [rows('last_hidden_state')],
    [const('depth', V), h.make_tensor('off_on', T.FLOAT, [2], [0.0, 1.0]), const('last', [-1])])

save('decoder_model_merged', [
    h.make_node('Shape', ['past_key_values.0.decoder.key'], ['past_shape']),
    h.make_node('Slice', ['past_shape', 'two', 'three', 'zero'], ['step']),
    h.make_node('Add', ['step', 'one'], ['next_step']),
    h.make_node('Slice', ['encoder_hidden_states', 'step', 'next_step', 'one'], ['logits']),
    h.make_node('Cast', ['input_ids'], ['seen'], to=T.FLOAT),
    h.make_node('Unsqueeze', ['seen', 'one_and_last'], ['seen4']),
    h.make_node('Concat', ['past_key_values.0.decoder.key', 'seen4'], ['present.0.decoder.key'], axis=2),
    h.make_node('Concat', ['past_key_values.0.decoder.value', 'seen4'], ['present.0.decoder.value'], axis=2),
    h.make_node('Slice', ['encoder_hidden_states', 'zero', 'one', 'two'], ['column']),
    h.make_node('Unsqueeze', ['column', 'one'], ['present.0.encoder.key']),
    h.make_node('Identity', ['present.0.encoder.key'], ['present.0.encoder.value']),
], [ids('encoder_attention_mask', 'encoder_sequence_length'), ids('input_ids', 'decoder_sequence_length'), rows('encoder_hidden_states'),
    cache('past_key_values.0.decoder.key', 'past_decoder_sequence_length'), cache('past_key_values.0.decoder.value', 'past_decoder_sequence_length'),
    cache('past_key_values.0.encoder.key', 'past_encoder_sequence_length'), cache('past_key_values.0.encoder.value', 'past_encoder_sequence_length')],
    [h.make_tensor_value_info('logits', T.FLOAT, ['batch_size', 1, V]),
     cache('present.0.decoder.key', 'd'), cache('present.0.decoder.value', 'd'), cache('present.0.encoder.key', 'e'), cache('present.0.encoder.value', 'e')],
    [const('zero', [0]), const('one', [1]), const('two', [2]), const('three', [3]), const('one_and_last', [1, -1])])

special = ['<pad>', '</s>', '<unk>']
metaspace = {'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': 'always', 'split': True}
write = lambda name, value: json.dump(value, open(f'{out}/{name}', 'w'), ensure_ascii=False, indent=1)
write('tokenizer.json', {
    'version': '1.0', 'truncation': None, 'padding': None,
    'added_tokens': [{'id': pieces.index(s), 'content': s, 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True} for s in special],
    'normalizer': None, 'pre_tokenizer': metaspace, 'decoder': metaspace,
    'post_processor': {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'A', 'type_id': 0}}, {'SpecialToken': {'id': '</s>', 'type_id': 0}}],
                       'pair': [], 'special_tokens': {'</s>': {'id': '</s>', 'ids': [1], 'tokens': ['</s>']}}},
    'model': {'type': 'Unigram', 'unk_id': 2, 'vocab': [[p, 0.0 if p in special else -1.0] for p in pieces], 'byte_fallback': False},
})
write('tokenizer_config.json', {'tokenizer_class': 'T5Tokenizer', 'pad_token': '<pad>', 'eos_token': '</s>', 'unk_token': '<unk>', 'model_max_length': 512})
write('config.json', {'model_type': 't5', 'architectures': ['T5ForConditionalGeneration'], 'is_encoder_decoder': True, 'd_model': V, 'd_kv': 1, 'num_heads': 1,
                      'num_layers': 1, 'num_decoder_layers': 1, 'vocab_size': V, 'pad_token_id': 0, 'eos_token_id': 1, 'decoder_start_token_id': 0})
write('generation_config.json', {'pad_token_id': 0, 'eos_token_id': 1, 'decoder_start_token_id': 0})
