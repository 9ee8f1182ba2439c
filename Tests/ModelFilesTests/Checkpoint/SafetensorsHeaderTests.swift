import Foundation
import Plimsoll
import Testing

@testable import ModelFiles

/// What the safetensors crate admits and refuses of a header (`tensor.rs`, the crate's own tests among them).
@Suite struct SafetensorsHeaderTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var json: String
    /// Parts of the message; of a header that is taken, none.
    var words: [String]
    /// The length of the data after the header, where the file's length is known.
    var data: Int?

    init(_ name: String, _ json: String, _ words: String..., data: Int? = nil) {
      (testDescription, self.json, self.words, self.data) = (name, json, words, data)
    }

    func read() -> Result<Bytes, CheckpointError> {
      let bytes = Array(json.utf8)
      let size = data.map { SafetensorsHeader.prefix + Bytes(bytes.count + $0) }
      return bytes.withUnsafeBytes { buffer in
        Result { () throws(CheckpointError) in
          var names: Set<UInt64> = []
          return try SafetensorsHeader.read(buffer, file: "x.safetensors", fileSize: size) {
            names.insert($0.hash).inserted
          }
        }
      }
    }
  }

  private static func one(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    "{\"a\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
  }

  private static func two(_ first: String, _ second: String) -> String {
    "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":\(first)},"
      + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":\(second)}}"
  }

  static let taken: [Case] = [
    Case("no tensor", "{}", data: 0),
    Case("metadata alone", "{\"__metadata__\":{\"format\":\"pt\"}}", data: 0),
    Case("null for metadata", "{\"__metadata__\":null}", data: 0),
    Case("blanks behind", "{}      ", data: 0),
    Case("a scalar", one("F32", "[]", "[0,4]"), data: 4),
    Case("a size of 0", one("F32", "[0,4611686018427387904]", "[0,0]"), data: 0),
    Case("keys in another order", "{\"a\":{\"data_offsets\":[0,2],\"shape\":[2],\"dtype\":\"I8\"}}", data: 2),
    Case(
      "a key more", "{\"a\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2],\"note\":{\"b\":[1,null]}}}", data: 2
    ),
    Case(
      "blanks between", "{ \"a\" : { \"dtype\" : \"I8\" , \"shape\" : [ 2 ] , \"data_offsets\" : [ 0 , 2 ] } }", data: 2
    ),
    Case("two, the second written first", two("[4,8]", "[0,4]"), data: 8),
    Case("half bytes that make whole ones", one("F4", "[2,3]", "[0,3]"), data: 3),
    Case("an escape in a name", "{\"\\u0061\\n\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]}}", data: 2),
  ]

  @Test("what the crate takes is taken, with its length", arguments: taken)
  func take(_ taken: Case) throws {
    #expect(try taken.read().get().count == taken.data)
  }

  @Test(
    "every type of the crate has its size",
    arguments: [
      ("F64", 8), ("F32", 4), ("F16", 2), ("BF16", 2), ("F8_E4M3", 1), ("F8_E5M2", 1), ("F8_E8M0", 1), ("I64", 8),
      ("I32", 4), ("I16", 2), ("I8", 1), ("U64", 8), ("U32", 4), ("U16", 2), ("U8", 1), ("BOOL", 1), ("C64", 8),
    ])
  func size(_ dtype: String, _ bytes: Int) throws {
    #expect(try Case("", Self.one(dtype, "[3,5]", "[0,\(15 * bytes)]")).read().get().count == 15 * bytes)
  }

  /// 4 numbers of 6 bits are 3 bytes.
  @Test("types of 6 and 4 bits are packed", arguments: [("F6_E2M3", 3), ("F6_E3M2", 3), ("F4", 2)])
  func packed(_ dtype: String, _ bytes: Int) throws {
    #expect(try Case("", Self.one(dtype, "[4]", "[0,\(bytes)]")).read().get().count == bytes)
  }

  static let refused: [Case] = [
    Case("nothing", "", "does not begin with '{'"),
    Case("a blank first", " {}", "does not begin with '{'"),
    Case("a list", "[]", "does not begin with '{'"),
    Case("cut", "{\"a\":{\"dtype\":\"U8\"", "no JSON", "the text ends where ',' or '}'"),
    Case("cut in a name", "{\"abcdefghijklmnop", "no JSON", "to end the string"),
    Case("something behind", "{}x", "no JSON", "found 'x'"),
    Case("a comma at the end", "{\"__metadata__\":{},}", "no JSON"),
    Case("no UTF-8", "{\"a\":1", "tensor 'a' has a value that is not an object"),
    Case("metadata that is no object", "{\"__metadata__\":3}", "__metadata__ that is no object"),
    Case("metadata of numbers", "{\"__metadata__\":{\"a\":3}}", "__metadata__ with a value that is no string"),
    Case("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", "__metadata__ twice"),
    Case("no type", "{\"a\":{\"shape\":[2],\"data_offsets\":[0,2]}}", "tensor 'a' has no dtype"),
    Case("no shape", "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,2]}}", "tensor 'a' has no shape"),
    Case("no place", "{\"a\":{\"dtype\":\"U8\",\"shape\":[2]}}", "tensor 'a' has no data_offsets"),
    Case("a type of none", one("F8_E4M4", "[2]", "[0,2]"), "type 'F8_E4M4'", "download it again"),
    Case("a long type", one(String(repeating: "F", count: 300), "[2]", "[0,2]"), "type 'FFF", "…"),
    Case("a type that is a number", "{\"a\":{\"dtype\":3}}", "dtype that is not a string"),
    Case("a type twice", "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", "has dtype twice"),
    Case("a shape twice", "{\"a\":{\"shape\":[1],\"shape\":[1]}}", "has shape twice"),
    Case("places twice", "{\"a\":{\"data_offsets\":[0,1],\"data_offsets\":[0,1]}}", "has data_offsets twice"),
    Case("a size below 0", one("U8", "[-2]", "[0,2]"), "shape that is not a list of whole numbers"),
    Case("a size with a point", one("U8", "[2.0]", "[0,2]"), "no JSON"),
    Case("a size with an exponent", one("U8", "[2e0]", "[0,2]"), "no JSON"),
    Case("a size with a zero before it", one("U8", "[02]", "[0,2]"), "not a list of whole numbers"),
    Case("a shape that is a number", one("U8", "2", "[0,2]"), "not a list of whole numbers"),
    Case("one place", one("U8", "[2]", "[0]"), "data_offsets that is not two whole numbers"),
    Case("three places", one("U8", "[2]", "[0,1,2]"), "data_offsets that is not two whole numbers"),
    Case("places in quotes", one("U8", "[2]", "[\"0\",2]"), "data_offsets that is not two whole numbers"),
    // 2^63 does not fit a signed number of 64 bits.
    Case("a place beyond numbers", one("U8", "[2]", "[0,9223372036854775808]"), "not two whole numbers"),
    Case("a place beyond files", one("U8", "[288230376151711744]", "[0,288230376151711744]"), "beyond any file"),
    // 2^32 × 2^32 elements, as the crate's own test has it.
    Case("a shape of 2^64", one("I32", "[4294967296,4294967296]", "[0,16]"), "more elements than there can be"),
    // 2^62 elements of 4 bytes.
    Case("sizes of 2^64 bytes", one("I32", "[4611686018427387904]", "[0,16]"), "more elements than there can be"),
    Case("0 after an overflow", one("I32", "[4294967296,4294967296,0]", "[0,0]"), "more elements than there can be"),
    Case("backwards", one("U8", "[2]", "[2,0]"), "runs backwards, from 2 to 0"),
    Case("less than the shape", one("I32", "[2,2]", "[0,4]"), "has 4 bytes, and its type and shape make 16"),
    Case("more than the shape", one("I32", "[1]", "[0,8]"), "has 8 bytes, and its type and shape make 4"),
    Case("half a byte", one("F4", "[3]", "[0,2]"), "12 bits long"),
    Case("a hole at the start", one("U8", "[2]", "[1,3]"), "leaves a hole of 1 bytes before it"),
    Case("a hole", two("[0,4]", "[8,12]"), "tensor 'b' leaves a hole of 4 bytes"),
    Case("an overlap", two("[0,4]", "[2,6]"), "tensor 'b' overlaps 'a'"),
    Case("one place for two", two("[0,4]", "[0,4]"), "overlaps"),
    Case("a name twice", two("[0,4]", "[4,8]").replacing("\"b\"", "\"a\""), "tensor 'a' is there twice"),
    Case("a name twice, once escaped", two("[0,4]", "[4,8]").replacing("\"b\"", "\"\\u0061\""), "is there twice"),
    Case("a name with half a pair", "{\"\\ud800\":{}}", "no JSON", "surrogate"),
    Case("a control character", "{\"a\u{1}\":{}}", "no JSON", "U+0001"),
    Case("too deep", "{\"a\":{\"b\":" + String(repeating: "[", count: 200), "no JSON", "nested too deep"),
    Case("a file that is cut", one("U8", "[4]", "[0,4]"), "the download is not complete", data: 3),
    Case("a file with more", one("U8", "[4]", "[0,4]"), "something was added", data: 5),
    Case("a file with data of no tensor", "{}", "something was added", data: 1),
  ]

  @Test("what the crate refuses is refused, and the message names it", arguments: refused)
  func refuse(_ refused: Case) {
    guard case .failure(let error) = refused.read() else {
      Issue.record("taken")
      return
    }
    #expect(error.code == "broken-checkpoint")
    #expect(error.message.hasPrefix("x.safetensors: "))
    for word in refused.words { #expect(error.message.contains(word), "\(error.message)") }
  }

  @Test func bytesThatAreNoUTF8AreRefused() {
    let bytes: [UInt8] = Array("{\"a".utf8) + [0xFF] + Array("\":{}}".utf8)
    let error = #expect(throws: CheckpointError.self) {
      try bytes.withUnsafeBytes { try SafetensorsHeader.read($0, file: "x", fileSize: nil) { _ in true } }
    }
    #expect(error?.message.contains("not UTF-8") == true)
  }

  /// The byte that ends a text in C means nothing here, at whatever place of a word of 8 it stands.
  @Test("every place of a name is looked at", arguments: 0..<24)
  func places(_ place: Int) {
    for byte: UInt8 in [0x00, 0x1F, 0xFF, 0x80, UInt8(ascii: "\\")] {
      var name = [UInt8](repeating: UInt8(ascii: "x"), count: 24)
      name[place] = byte
      let bytes = Array("{\"".utf8) + name + Array("\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}".utf8)
      #expect(throws: CheckpointError.self, "\(byte) at \(place)") {
        try bytes.withUnsafeBytes { try SafetensorsHeader.read($0, file: "x", fileSize: nil) { _ in true } }
      }
    }
  }
}

/// The 8 bytes before a header.
@Suite struct HeaderLengthTests {
  @Test func lengthsAreLittleEndian() throws {
    let bytes: [UInt8] = [0x10, 0x27, 0, 0, 0, 0, 0, 0]
    #expect(try SafetensorsHeader.length(ofFirst8: bytes, file: "x", fileSize: nil) == Bytes(10_000))
  }

  @Test("a length past 100,000,000 is refused", arguments: [100_000_001, 1 << 32, 1 << 63, UInt64.max])
  func tooLong(_ length: UInt64) {
    let error = #expect(throws: CheckpointError(file: "x", problem: .headerLength(length))) {
      try SafetensorsHeader.length(ofFirst8: StoredTensors.prefix(length), file: "x", fileSize: nil)
    }
    #expect(error?.message.contains("\(length) bytes long") == true)
  }

  @Test func aHeaderOfTheMostIsTaken() throws {
    let bytes = StoredTensors.prefix(100_000_000)
    #expect(try SafetensorsHeader.length(ofFirst8: bytes, file: "x", fileSize: nil) == Bytes(100_000_000))
  }

  @Test func aFileThatEndsInItsHeaderIsCut() {
    let error = #expect(throws: CheckpointError(file: "x", problem: .cut(has: Bytes(100), needs: Bytes(108)))) {
      try SafetensorsHeader.length(ofFirst8: StoredTensors.prefix(100), file: "x", fileSize: Bytes(100))
    }
    #expect(error?.message == "x: 100 bytes, and its header alone needs 108: download it again")
    #expect(throws: CheckpointError.self) {
      try SafetensorsHeader.length(ofFirst8: [1, 2, 3], file: "x", fileSize: nil)
    }
  }

  @Test(
    "what stands in the place of a file is named",
    arguments: [
      ("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"), ("<!DOCTYPE html>", "HTML"),
      ("<html><head>", "HTML"),
      ("PK\u{3}\u{4}rest of it", "zip archive"), ("GGUF\u{3}\u{0}\u{0}\u{0}", "GGUF"), ("{\"metadata\": {}}", "JSON"),
    ])
  func lookalike(_ text: String, _ word: String) {
    let error = #expect(throws: CheckpointError.self) {
      try SafetensorsHeader.length(ofFirst8: Array(text.utf8), file: "x.safetensors", fileSize: nil)
    }
    #expect(error?.message.hasPrefix("x.safetensors: ") == true)
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
  }
}

extension String {
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    replacingOccurrences(of: part, with: other)
  }
}
