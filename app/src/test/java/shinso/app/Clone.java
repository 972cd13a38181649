package shinso.app;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A clone with the real launcher and hardly any sources, which builds in no time: its Maven wrapper
 * puts the classes of this test's class path into place, and its JDK shows what it is called with.
 *
 * @param root the clone's folder
 * @param jdk the folder of the JDK that shows its arguments
 */
record Clone(Path root, Path jdk) {
  /** What the arguments of the JDK that shows them are separated by, and what the others are. */
  private static final String SHOW =
      """
      #!/bin/sh
      printf '%s\\0' "LC_ALL=${LC_ALL-}" "LC_CTYPE=${LC_CTYPE-}" "HOME=${HOME-}" "$@"
      """;

  private static final String BUILD =
      """
      #!/bin/sh
      printf '%s\\n' "$*" >>app/target/builds
      sleep 0.1
      mkdir -p app/target/lib
      cp app/classes.jar app/target/shinso-app-1.jar
      cp app/classes.jar app/target/lib/other.jar
      """;

  /** What a process came to. */
  record End(int code, String out, String err) {
    /** Returns what the JDK was called with: three variables, then its arguments. */
    List<String> shown() {
      return List.of(out.split("\0", -1));
    }

    /** Returns the value of an option of the JDK. */
    String after(String option) {
      return shown().get(shown().indexOf(option) + 1);
    }
  }

  /** Makes a clone. */
  static Clone in(Path root) throws IOException, URISyntaxException {
    Files.createDirectories(root);
    Files.copy(Path.of("..", "shinso"), root.resolve("shinso"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(root.resolve(".mvn"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (String module :
        List.of("core", "cpu", "nn", "train", "zoo", "interchange", "dashboard", "app")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.createDirectories(root.resolve(module).resolve("target"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
    }
    pack(root.resolve("app/classes.jar"));
    executable(root.resolve("mvnw"), BUILD);
    Path jdk = root.resolve(".jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
    executable(jdk.resolve("bin/java"), SHOW);
    executable(jdk.resolve("bin/javac"), SHOW);
    return new Clone(root, jdk);
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Packs the classes of the command line; what they use is found where it is. */
  private static void pack(Path jar) throws IOException, URISyntaxException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String others =
        Stream.of(System.getProperty("java.class.path").split(":"))
            .map(Path::of)
            .filter(path -> Files.exists(path) && !path.equals(classes))
            .map(path -> path.toUri().toString())
            .collect(Collectors.joining(" "));
    attributes.put(
        Attributes.Name.CLASS_PATH,
        // Classes of a jar can't be packed file by file; it is named like the others then.
        Files.isDirectory(classes) ? others : classes.toUri() + " " + others);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      if (Files.isDirectory(classes)) {
        try (Stream<Path> files = Files.walk(classes)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
            Files.copy(file, out);
          }
        }
      }
    }
  }

  /** Returns how often it was built. */
  int builds() throws IOException {
    return Files.readAllLines(root.resolve("app/target/builds")).size();
  }

  /** Starts the launcher by its full path, in the clone's parent. */
  End run(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    return run(environment, List.of(root.resolve("shinso").toString()), args);
  }

  /** Starts the launcher in the clone's parent, with a command that ends in its path. */
  End run(Map<String, String> environment, List<String> command, String... args)
      throws IOException, InterruptedException {
    return end(start(environment, command, args));
  }

  /** Starts the launcher with an environment that has hardly more than is given. */
  Process start(Map<String, String> environment, List<String> command, String... args)
      throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(words).directory(root.resolve("..").toFile());
    Map<String, String> all = new LinkedHashMap<>();
    all.put("PATH", System.getenv("PATH"));
    all.put("JAVA_HOME", jdk.toString());
    all.putAll(environment);
    builder.environment().clear();
    builder.environment().putAll(all);
    return builder.start();
  }

  /** Waits for the end of a process that writes little. */
  static End end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new AssertionError("it does not end");
    }
    return new End(process.exitValue(), out, err);
  }
}
