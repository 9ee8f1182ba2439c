/// A name in the form in which names are compared: ASCII letters small, `_` and spaces as `-`, no `nvidia-` before.
///
/// So what nvidia-smi prints, `NVIDIA H100 80GB HBM3`, and its node label, `NVIDIA-H100-80GB-HBM3`, are one name.
/// `NameIndex` of the EmbedPresets target has the same rule.
struct PresetName: Hashable {
  let key: String

  init(_ name: String) {
    let bytes = name.utf8.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
      case UInt8(ascii: " "), UInt8(ascii: "_"): UInt8(ascii: "-")
      default: byte
      }
    }
    let key = String(decoding: bytes, as: UTF8.self)
    self.key = key.hasPrefix("nvidia-") ? String(key.dropFirst("nvidia-".count)) : key
  }
}
