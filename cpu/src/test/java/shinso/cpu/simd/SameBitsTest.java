package shinso.cpu.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.op.ConvSpec;

/** The bits of every kernel, compared between JVMs and between stages of compilation. */
class SameBitsTest {

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "-Xint",
        "-XX:TieredStopAtLevel=1",
        "-Dshinso.vector.bits=128",
        "-Dshinso.vector.bits=256",
        "-Dshinso.vector.bits=512",
        "-Dshinso.vector.bits=128 -Dshinso.vector.masks=off",
        "-Dshinso.vector.bits=512 -Dshinso.vector.masks=off"
      })
  void anotherJvmGivesTheSameBits(String flags) throws Exception {
    assertEquals(print(Fingerprint.take()), fork(flags));
  }

  @Test
  void compiledCodeGivesTheSameBits() {
    Map<String, Integer> first = Fingerprint.take();
    // Some thousands of calls of each kernel: interpreted, then compiled in both ways.
    for (int i = 0; i < 1500; i++) {
      Map<String, Integer> next = Fingerprint.take();
      if (!first.equals(next)) {
        assertEquals(print(first), print(next), "round " + i);
      }
    }
  }

  private static String print(Map<String, Integer> hashes) {
    return hashes.entrySet().stream()
        .map(e -> e.getKey() + " " + Integer.toHexString(e.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private static String fork(String flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(flags.split(" ")));
    String path = System.getProperty("path.separator");
    command.add("-cp");
    command.add(
        origin(Lanes.class) + path + origin(Fingerprint.class) + path + origin(ConvSpec.class));
    command.add(Fingerprint.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("exit " + process.exitValue() + " of " + command);
    }
    return output.strip().replace("\r\n", "\n");
  }

  private static Path origin(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
