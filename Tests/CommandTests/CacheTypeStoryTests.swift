import ModelFiles
import Testing

/// A cache in 8 bits: what it gains, and where it is refused.
@Suite struct CacheTypeStoryTests {
  @Test("On a card with 8-bit kernels a token takes half: 2 · 8 heads · 128 · 32 layers, in 1 B instead of 2")
  func half() throws {
    let plain = try document("fit llama-3.1-8b --gpu h100 --max-model-len 8192")
    let eight = try document("fit llama-3.1-8b --gpu h100 --max-model-len 8192 --kv-cache-dtype fp8")
    #expect(plain.int("kv_cache.bytes_per_token") == 2 * 8 * 128 * 32 * 2)
    #expect(eight.int("kv_cache.bytes_per_token") == 2 * 8 * 128 * 32)
  }

  @Test("A V100 has no 8-bit kernels of any kind: refused, and the model's own type is offered")
  func refused() throws {
    for dtype in ["fp8", "fp8_e4m3", "fp8_e5m2"] {
      let answer = plimsoll("fit llama-3.1-8b --gpu v100-32gb --max-model-len 8192 --kv-cache-dtype \(dtype) --json")
      #expect(answer.status == 1)
      let plan = try answer.json()
      #expect(plan.text("verdict") == "refused")
      let finding = plan.items("findings").first { $0.text("code") == "attention-backend" }
      #expect(finding?.text("message")?.contains("7.0") == true)
      let remedy = try #require(finding?.items("remedies").first)
      #expect(remedy.texts("argv").prefix(2) == ["--kv-cache-dtype", "auto"])
      #expect(remedy.text("verdict") == "fits")
    }
  }
}
