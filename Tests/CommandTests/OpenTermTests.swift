import Testing

@Suite("What would narrow an answer")
struct OpenTermTests {
  /// The messages of the finding, of which there is at most one.
  private func width(_ line: String) throws -> [String] {
    try document("fit " + line).items("findings").filter { $0.text("code") == "estimate-width" }
      .compactMap { $0.text("message") }
  }

  @Test("a tight answer names one term, and the flag that settles it; with the figure given it names another or none")
  func tight() throws {
    let line = "QwQ-32B --gpu a100-80gb-sxm --gpu-memory-utilization 0.9 --max-model-len 32768"
    #expect(try document("fit " + line).text("verdict") == "tight")
    let first = try #require(try width(line).first)
    #expect(first.contains("--measured ") || first.contains("--gpu-memory SIZE"))
    #expect(try width(line).count == 1)
    var given = line
    for term in ["activation", "non_torch", "cuda_graphs", "persistent_buffers"] {
      given += " --measured \(term)=0.1GiB"
    }
    // Only the card's total is open then: 79.14 to 79.32 GiB were seen, of which 0.9 is asked for.
    for message in try width(given) { #expect(message.contains("--gpu-memory SIZE")) }
    #expect(try width(given + " --gpu-memory 79.2GiB") == [])
  }

  @Test("a clear answer, and a cache whose memory is given, name none")
  func clear() throws {
    #expect(try width("Qwen3-8B --gpu h100-80gb-sxm --max-model-len 8192") == [])
    #expect(try width("QwQ-32B --gpu a100-80gb-sxm --available-kv-cache-memory 10GiB") == [])
  }

  @Test("what the host holds of shared memory decides the start on GB10: tight, unless what is free is given")
  func integrated() throws {
    // 0.87 × 121.69 = 105.9 GiB asked for; hosts left 101.3 to 115 GiB free.
    let line = "Qwen3-8B --gpu gb10 --max-model-len 8192 --gpu-memory-utilization "
    #expect(try document("fit " + line + "0.87").text("verdict") == "tight")
    #expect(try width(line + "0.87").first?.contains("--gpu-free SIZE") == true)
    #expect(try document("fit " + line + "0.87 --gpu-free 102GiB").text("verdict") == "does-not-fit")
    #expect(try document("fit " + line + "0.80").text("verdict") == "fits")
    #expect(try document("fit " + line + "0.98").text("verdict") == "does-not-fit")
  }

  @Test("a slice after a colon is a name and not a count; a share under vGPU is known for what it is")
  func names() throws {
    let slice = try document("fit Qwen3-0.6B --gpu h100-80gb:1g.10gb --gpu-memory 9.5GiB --max-model-len 8192")
    #expect(slice.text("accelerator.id") == "h100-80gb-mig-1g.10gb")
    #expect(slice.int("accelerator.count") == 1)
    let share = plimsoll("fit Qwen3-0.6B --gpu A100D-40C")
    #expect(share.status == 2)
    #expect(share.err.contains("vGPU") && share.err.contains("--gpu-memory SIZE"))
  }
}
