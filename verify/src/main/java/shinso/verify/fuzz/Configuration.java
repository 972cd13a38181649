package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.List;

/**
 * A JVM in which programs are checked: what of it can be chosen only at its start.
 *
 * @param name what users call it
 * @param options of the JVM
 * @param portable whether only what is Java differs, so that portable kernels give the same bits
 * @param isa the instruction set that oneDNN is limited to, empty for the machine's; a machine that
 *     lacks it is told by the worker, which then checks nothing
 */
public record Configuration(String name, List<String> options, boolean portable, String isa) {
  private static final List<String> INSTRUCTION_SETS =
      List.of(
          "sse41",
          "avx",
          "avx2",
          "avx2_vnni",
          "avx2_vnni_2",
          "avx512_core",
          "avx512_core_vnni",
          "avx512_core_bf16",
          "avx10_1_512",
          "avx10_1_512_amx",
          "avx10_1_512_amx_fp16",
          "avx10_2_512",
          "avx10_2_512_amx_2");

  /** Returns every configuration, the default one first. */
  public static List<Configuration> all() {
    List<Configuration> all = new ArrayList<>();
    all.add(of("default"));
    // Generated code is used from the first run on, instead of when the compiler is done with it.
    all.add(of("tiles-now", "-Dshinso.tiles=now"));
    all.add(of("tiles-off", "-Dshinso.tiles=off"));
    for (int bits : new int[] {128, 256, 512}) {
      all.add(of("bits-" + bits, "-Dshinso.vector.bits=" + bits, "-Dshinso.tiles=now"));
    }
    all.add(of("masks-off", "-Dshinso.vector.masks=off"));
    for (String isa : INSTRUCTION_SETS) {
      all.add(new Configuration(isa, List.of("-Dshinso.onednn.isa=" + isa), false, isa));
    }
    return List.copyOf(all);
  }

  /**
   * Returns a configuration.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Configuration named(String name) {
    return all().stream()
        .filter(c -> c.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no configuration '%s'; there are %s"
                    .formatted(name, all().stream().map(Configuration::name).toList())));
  }

  private static Configuration of(String name, String... options) {
    return new Configuration(name, List.of(options), true, "");
  }

  @Override
  public String toString() {
    return name;
  }
}
