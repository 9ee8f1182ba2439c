import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

/// Records that cannot be compared, and files of them.
@Suite struct SkippedRecordTests {
  private static let observed = #"{"available_kv_gib": 4, "kv_cache_tokens": 131072}"#

  @Test(
    "A record that cannot be compared is skipped with the reason, and the others go on",
    arguments: [
      ("{\"id\": ", "line 1, column 8"), ("[1]", "line 1 is no JSON object"), ("{}", "vllm_release is missing"),
      (startRecord(observed: observed, #""engine": "V0""#), "the V0 engine is not modelled"),
      (startRecord(observed: observed, #""fitted": ["a card"]"#), "an input was fitted"),
      (startRecord(observed: observed, #""config": "config.json""#), "neither gpu nor total_gib"),
      (startRecord(observed: observed, #""gpu": "h100""#), "no model is named"),
      (startRecord(observed: observed, #""gpu": "h100", "model": "x/y""#), "'x/y' is no preset"),
      (startRecord(observed: observed, #""gpu": "h100", "config": "none.json""#), "none.json is in none of"),
      (startRecord(observed: observed, #""gpu": "h900", "config": "config.json""#), "no accelerator 'h900'"),
      (startRecord(flags: #"{"max_modl_len": 1}"#, observed: observed), "max-model-len"),
      (startRecord(flags: #"{"max_model_len": "long"}"#, observed: observed), "--max-model-len"),
      (startRecord(flags: #"{"tensor_parallel_size": 99999999999}"#, observed: observed), "more ranks"),
      (startRecord(observed: "{}"), "nothing that can be compared"),
      (startRecord(observed: #"{"weights_gib": -1, "kv_cache_tokens": 0}"#), "nothing that can be compared"),
      (startRecord(observed: #"{"weights_gib": 1e300, "kv_cache_tokens": NaN}"#), "nothing that can be compared"),
      (startRecord(observed: "[3]"), "nothing that can be compared"),
      (
        startRecord(observed: observed).replacingOccurrences(of: "0.33.0", with: "0.5.0"),
        "vLLM 0.5.0 is not modelled"
      ),
      (
        startRecord(
          observed: observed,
          #""config": "config.json", "gpu": "h100", "quantization": {"method": "exl3"}"#), "'exl3' is no quantization"
      ),
    ])
  func skipped(_ line: String, _ reason: String) throws {
    let good = startRecord("good", observed: Self.observed)
    let document = try RecordFolder.with([line, "", good]) { folder in
      #expect(folder.validate().status == 0)
      return try folder.document()
    }
    let said = try #require(document.text("records.#0.skipped"))
    #expect(said.contains(reason), "\(said)")
    #expect(document.at("records.#0.quantities")?.keys == [])
    #expect(document.double("records.#1.quantities.kv_arithmetic.error") == 0)
    #expect(document.int("summary.kv_arithmetic.n") == 1)

    let alone = try RecordFolder.with([line]) { $0.validate() }
    #expect(alone.status == 4)
    #expect(alone.err.contains("none of 1 records can be compared"))
  }

  @Test("A file that is not there, is a folder, or is empty exits 4, and none at all 2")
  func files() throws {
    try RecordFolder.with([]) { folder in
      #expect(plimsoll("validate \(folder.path)/none.jsonl").status == 4)
      #expect(plimsoll("validate \(folder.path)").err.contains("is a folder, expected a file"))
      #expect(plimsoll("validate \(folder.path)").status == 4)
      #expect(folder.validate().err.contains("there is no record in it"))
      #expect(folder.validate().status == 4)
      #expect(plimsoll("validate").status == 2)
    }
  }

  @Test("A config is looked for in the given folders, then beside the records, and else the preset is planned")
  func configs() throws {
    let good = startRecord("good", observed: Self.observed)
    try RecordFolder.with([good]) { folder in
      // A model of twice the layers: half the tokens.
      let other = folder.path + "/other"
      try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
      try smallConfig(["num_hidden_layers": 32]).write(
        toFile: other + "/config.json", atomically: false, encoding: .utf8)
      let path = "records.#0.quantities.kv_arithmetic.predicted"
      #expect(try folder.document().int(path) == 131_072)
      #expect(try folder.document("--configs \(other)").int(path) == 65_536)
      #expect(try folder.document("--configs \(folder.path)/none --configs \(folder.path)").int(path) == 131_072)
    }
    // Qwen3-8B: 36 layers of 8 heads of 128 numbers, 147,456 bytes a token; 9 GiB hold 65,536.
    let preset = startRecord(
      observed: #"{"available_kv_gib": 9, "kv_cache_tokens": 65536}"#, #""model": "Qwen/Qwen3-8B", "gpu": "h100""#)
    let document = try RecordFolder.with([preset]) { try $0.document() }
    #expect(document.double("records.#0.quantities.kv_arithmetic.error") == 0)
  }

  @Test("--only leaves the records whose id, model or GPU has the text, in any case")
  func only() throws {
    let lines = [
      startRecord("first", observed: Self.observed),
      startRecord("second", observed: Self.observed, #""config": "config.json", "model": "A/B", "gpu": "l40s""#),
    ]
    try RecordFolder.with(lines) { folder in
      for (text, ids) in [("FIRST", ["first"]), ("a/b", ["second"]), ("L40", ["second"]), ("s", ["first", "second"])] {
        let found = try folder.document("--only \(text)").items("records").compactMap { $0.text("id") }
        #expect(found == ids, "\(text)")
      }
      #expect(folder.validate("--only nope").status == 4)
      #expect(folder.validate("--only nope").err.contains("no record has 'nope' in its id, model or GPU"))
    }
  }

  @Test("Standard input is read where the file is '-'")
  func standardInput() throws {
    try RecordFolder.with([startRecord(observed: Self.observed)]) { folder in
      let answer = try shell(
        "cd '\(folder.path)' && cat starts.jsonl | $plimsoll validate - --json --max-error kv_arithmetic=0")
      #expect(answer.status == 0, "\(answer.err)")
      #expect(try answer.json().int("summary.kv_arithmetic.n") == 1)
    }
  }
}
