package shinso.verify.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages of the tutorial run, print what they say and draw their pictures. In a process of its
 * own, whose backend is another: oneDNN's last bits depend on the processor.
 */
final class TutorialTest {
  private static final Path DOCS = Path.of("..", "docs").toAbsolutePath().normalize();
  private static final Path PICTURES = DOCS.resolve("images/tutorial");
  private static final int LARGEST = 60_000;

  private static final Pattern NUMBER = Pattern.compile("\\d+\\.\\d+|\\d[\\d,]*\\d");
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$");

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(DOCS.resolve("tutorial"))) {
      return files.filter(f -> f.toString().matches(".*/\\d\\d-.*\\.md")).sorted().toList();
    }
  }

  @Test
  void allPagesPrintAndDrawWhatTheySay(@TempDir Path folder)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                "shinso.app.Main",
                "shell",
                "--check"));
    pages().forEach(p -> command.add(p.toString()));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int code = process.waitFor();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(0, code, said);
    assertTrue(said.endsWith("all pages print what they say\n"), said);

    Set<String> drawn = names(folder);
    assertEquals(names(PICTURES), drawn);
    for (String name : drawn) {
      // Letters differ from machine to machine, sizes don't.
      BufferedImage now = ImageIO.read(folder.resolve(name).toFile());
      BufferedImage kept = ImageIO.read(PICTURES.resolve(name).toFile());
      assertEquals(
          kept.getWidth() + " x " + kept.getHeight(),
          now.getWidth() + " x " + now.getHeight(),
          name);
      assertTrue(Files.size(PICTURES.resolve(name)) < LARGEST, name);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(".png"))
          .forEach(names::add);
    }
    return names;
  }

  /** A number that has no code behind it can become wrong without anybody noticing. */
  @Test
  void numbersOfTheProseStandInCodeOrOutput() throws IOException {
    List<String> loose = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      StringBuilder code = new StringBuilder();
      CODE.matcher(text).results().forEach(m -> code.append(m.group()).append('\n'));
      String prose =
          CODE.matcher(text)
              .replaceAll("")
              .replaceAll("\\]\\([^)]*\\)", "")
              .replaceAll("`[^`]*`", "");
      Matcher number = NUMBER.matcher(prose);
      String known = code.toString().replace("_", "").replace(",", "");
      while (number.find()) {
        if (!known.contains(number.group().replace(",", ""))) {
          loose.add(page.getFileName() + ": " + number.group());
        }
      }
    }
    assertEquals(List.of(), loose);
  }

  /** Each page shows a picture and leads to the next one. */
  @Test
  void pagesFollowOneAnother() throws IOException {
    List<Path> pages = pages();
    String list = Files.readString(DOCS.resolve("tutorial/README.md"));
    for (int i = 0; i < pages.size(); i++) {
      String name = pages.get(i).getFileName().toString();
      String text = Files.readString(pages.get(i));
      assertTrue(text.startsWith("# " + (i + 1) + ". "), name);
      assertTrue(text.contains("](../images/tutorial/"), name + " has no picture");
      assertTrue(list.contains("](" + name + ")"), name + " is not in the list");
      if (i + 1 < pages.size()) {
        assertTrue(text.contains("](" + pages.get(i + 1).getFileName() + ")"), name);
      }
    }
  }
}
