package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extraction of native libraries, with files that only pretend to be some. */
class NativeLibraryTest {
  private static final NativeLibrary.Platform LINUX =
      new NativeLibrary.Platform("linux-x86_64", List.of("libgomp.so.1", "libdnnl.so.3"), null);

  @TempDir Path temporary;

  private byte[] library(long seed) {
    byte[] bytes = new byte[300_000];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private ClassLoader jar(String name, byte[] library) throws IOException {
    Path jar = temporary.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("org/bytedeco/dnnl/linux-x86_64/libgomp.so.1"));
      entries.write(new byte[100]);
      entries.putNextEntry(new JarEntry("org/bytedeco/dnnl/linux-x86_64/libdnnl.so.3"));
      entries.write(library);
    }
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void extractsOnceAndReusesWhatIsThere() throws Exception {
    byte[] library = library(1);
    ClassLoader loader = jar("a.jar", library);
    Path cache = temporary.resolve("cache");
    Path folder = NativeLibrary.extract(LINUX, loader, cache);
    assertEquals(cache, folder.getParent());
    assertEquals(List.of("libdnnl.so.3", "libgomp.so.1"), names(folder));
    Path file = folder.resolve("libdnnl.so.3");
    assertArrayEquals(library, Files.readAllBytes(file));
    Object key = Files.readAttributes(file, "*").toString();
    assertEquals(folder, NativeLibrary.extract(LINUX, loader, cache));
    assertEquals(
        key.toString().replaceAll("lastAccessTime=[^,}]*", ""),
        Files.readAttributes(file, "*").toString().replaceAll("lastAccessTime=[^,}]*", ""));
  }

  @Test
  void repairsDamagedFiles() throws Exception {
    byte[] library = library(2);
    ClassLoader loader = jar("a.jar", library);
    Path file = NativeLibrary.extract(LINUX, loader, temporary).resolve("libdnnl.so.3");
    Files.write(file, new byte[10]);
    NativeLibrary.extract(LINUX, loader, temporary);
    assertArrayEquals(library, Files.readAllBytes(file));
    byte[] flipped = library.clone();
    flipped[200_000] ^= 1;
    Files.write(file, flipped);
    NativeLibrary.extract(LINUX, loader, temporary);
    assertArrayEquals(library, Files.readAllBytes(file));
    Files.delete(file);
    NativeLibrary.extract(LINUX, loader, temporary);
    assertArrayEquals(library, Files.readAllBytes(file));
  }

  @Test
  void versionsHaveFoldersOfTheirOwn() throws Exception {
    Path first = NativeLibrary.extract(LINUX, jar("a.jar", library(3)), temporary);
    Path second = NativeLibrary.extract(LINUX, jar("b.jar", library(4)), temporary);
    assertNotEquals(first, second);
    assertArrayEquals(library(3), Files.readAllBytes(first.resolve("libdnnl.so.3")));
  }

  @Test
  void anyNumberOfThreadsExtractAtOnce() throws Exception {
    byte[] library = library(5);
    ClassLoader loader = jar("a.jar", library);
    Path cache = temporary.resolve("cache");
    int count = 8;
    CountDownLatch start = new CountDownLatch(count);
    try (ExecutorService pool = Executors.newFixedThreadPool(count)) {
      List<Callable<byte[]>> tasks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        tasks.add(() -> {
          start.countDown();
          start.await();
          Path folder = NativeLibrary.extract(LINUX, loader, cache);
          return Files.readAllBytes(folder.resolve("libdnnl.so.3"));
        });
      }
      for (Future<byte[]> result : pool.invokeAll(tasks)) {
        assertArrayEquals(library, result.get());
      }
    }
    Path folder = NativeLibrary.extract(LINUX, loader, cache);
    assertEquals(List.of("libdnnl.so.3", "libgomp.so.1"), names(folder));
  }

  @Test
  void aFolderOnTheClassPathIsUsedAsItIs() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("org/bytedeco/dnnl/linux-x86_64"));
    Files.write(folder.resolve("libgomp.so.1"), new byte[1]);
    Files.write(folder.resolve("libdnnl.so.3"), new byte[1]);
    URL url = temporary.toUri().toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {url}, null)) {
      Path cache = temporary.resolve("cache");
      assertEquals(folder, NativeLibrary.extract(LINUX, loader, cache));
      assertTrue(Files.notExists(cache));
    }
  }

  @Test
  void reasonsSayWhatToDo() throws Exception {
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      assertReason("dnnl with the classifier linux-x86_64", empty, temporary);
    }
    Path file = Files.write(temporary.resolve("file"), new byte[1]);
    assertReason("-Dshinso.cache=<folder>", jar("a.jar", library(6)), file.resolve("cache"));
  }

  private static void assertReason(String part, ClassLoader loader, Path cache) {
    String reason =
        String.valueOf(
            assertThrows(
                    NativeLibrary.UnavailableException.class,
                    () -> NativeLibrary.extract(LINUX, loader, cache))
                .getMessage());
    assertTrue(reason.contains(part), reason);
    assertEquals(1, reason.lines().count(), reason);
  }

  @Test
  void platforms() {
    assertEquals(LINUX, NativeLibrary.Platform.of("Linux", "amd64"));
    assertEquals("linux-arm64", name("Linux", "aarch64"));
    assertEquals("macosx-arm64", name("Mac OS X", "aarch64"));
    assertEquals("macosx-x86_64", name("Mac OS X", "x86_64"));
    assertEquals("windows-x86_64", name("Windows 11", "amd64"));
    assertNull(NativeLibrary.Platform.of("Windows 11", "aarch64"));
    assertNull(NativeLibrary.Platform.of("Linux", "riscv64"));
    assertNull(NativeLibrary.Platform.of("FreeBSD", "amd64"));
  }

  private static String name(String os, String architecture) {
    NativeLibrary.Platform platform = NativeLibrary.Platform.of(os, architecture);
    assertNotNull(platform);
    return platform.name();
  }
}
