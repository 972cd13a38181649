package shinso.cpu.onednn;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Instruction sets of x86-64; the codes are oneDNN's, where each bit is a feature. */
enum Isa {
  SSE41(0x1),
  AVX(0x3),
  AVX2(0x7),
  AVX2_VNNI(0xf),
  AVX2_VNNI_2(0x1f),
  AVX512_CORE(0x27),
  AVX512_CORE_VNNI(0x67),
  AVX512_CORE_BF16(0xe7),
  AVX10_1_512(0x1ef),
  AVX10_1_512_AMX(0xfef),
  AVX10_1_512_AMX_FP16(0x1fef),
  AVX10_2_512(0x201ff),
  AVX10_2_512_AMX_2(0x22fff);

  final int code;

  Isa(int code) {
    this.code = code;
  }

  static @Nullable Isa named(String name) {
    for (Isa isa : values()) {
      if (isa.toString().equals(name)) {
        return isa;
      }
    }
    return null;
  }

  static String nameOf(int code) {
    for (Isa isa : values()) {
      if (isa.code == code) {
        return isa.toString();
      }
    }
    return "0x" + Integer.toHexString(code);
  }

  static List<Isa> names() {
    return List.of(values());
  }

  /** Whether an instruction set has all that this one has. */
  boolean isPartOf(int other) {
    return (other & code) == code;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
