package shinso.cpu.plan;

import java.util.Locale;

/** What the operands of contractions are rounded to; they are added up in F32. */
public enum Precision {
  /** Not at all. */
  F32,
  /** To bfloat16 where that is faster, if oneDNN and the processor have it. */
  BF16;

  /**
   * Returns the precision with this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Precision named(String name) {
    for (Precision p : values()) {
      if (p.toString().equals(name)) {
        return p;
      }
    }
    throw new IllegalArgumentException(
        "shinso.precision is '" + name + "'; use f32 or bf16, or leave it out");
  }

  /** Returns the name as the system property {@code shinso.precision} has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
