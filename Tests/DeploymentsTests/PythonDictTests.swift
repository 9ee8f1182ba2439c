import Testing

@testable import Deployments

/// Values as vLLM's log prints them.
@Suite struct PythonDictTests {
  @Test(
    "A dictionary of Python is the JSON of the same values",
    arguments: [
      ("{'image': 0, 'video': 0}", #"{"image": 0, "video": 0}"#),
      ("{'truncation': False, 'max_pixels': 8388608}", #"{"truncation": false, "max_pixels": 8388608}"#),
      ("{'a': None, 'b': [True, 1e-05, -2.5]}", #"{"a": null, "b": [true, 1e-05, -2.5]}"#),
      (#"{'a': "it's", 'b': 'say "x"'}"#, #"{"a": "it's", "b": "say \"x\""}"#),
      (#"{'a': 'it\'s\n'}"#, #"{"a": "it's\n"}"#),
    ])
  func same(_ python: String, _ json: String) { #expect(PythonDict.json(python) == json) }

  @Test(
    "What is no such dictionary is left alone",
    arguments: [
      #"{"image": 0}"#, "image=4", "{'a': (1, 2)}", "{'a': <Kind.x: 1>}", "{'a': nan}", "{'a", "{'a\\",
      #"{'a': '\x00'}"#,
    ])
  func other(_ text: String) { #expect(PythonDict.json(text) == nil) }
}
