package shinso.train.data.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.data.DataException;

final class DataFolderTest {
  private static final Path HOME = Path.of("home").toAbsolutePath();

  @TempDir Path temporary;

  private static Path of(Map<String, String> environment, String system) {
    return DataFolder.of(environment, system, HOME).path();
  }

  @Test
  void theVariableComesFirst() {
    Path chosen = temporary.resolve("data");
    Map<String, String> environment =
        Map.of("SHINSO_DATA", " " + chosen + " ", "XDG_CACHE_HOME", "/cache");
    for (String system : new String[] {"Linux", "Mac OS X", "Windows 11"}) {
      assertEquals(chosen, of(environment, system));
    }
    assertTrue(DataFolder.of(environment, "Linux", HOME).chosen());
    assertEquals(
        Path.of("x", "data").toAbsolutePath(), of(Map.of("SHINSO_DATA", "x/./data"), "Linux"));
    assertThrows(DataException.class, () -> of(Map.of("SHINSO_DATA", "a\0b"), "Linux"));
  }

  @Test
  void elseItIsInTheCacheDirectoryOfTheSystem() {
    Path cache = temporary.resolve("cache");
    assertEquals(HOME.resolve(".cache/shinso/data"), of(Map.of(), "Linux"));
    assertEquals(HOME.resolve(".cache/shinso/data"), of(Map.of("SHINSO_DATA", ""), "Linux"));
    assertEquals(
        cache.resolve("shinso/data"), of(Map.of("XDG_CACHE_HOME", cache.toString()), "Linux"));
    assertEquals(
        HOME.resolve(".cache/shinso/data"), of(Map.of("XDG_CACHE_HOME", "relative"), "FreeBSD"));
    assertEquals(
        HOME.resolve("Library/Caches/shinso/data"),
        of(Map.of("XDG_CACHE_HOME", cache.toString()), "Mac OS X"));
    assertEquals(
        cache.resolve("shinso/data"), of(Map.of("LOCALAPPDATA", cache.toString()), "Windows 11"));
    assertEquals(HOME.resolve("AppData/Local/shinso/data"), of(Map.of(), "Windows 11"));
    assertFalse(DataFolder.of(Map.of(), "Linux", HOME).chosen());
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    // A file where the folder should be fails for every user; permissions don't stop root.
    Path file = Files.writeString(temporary.resolve("file"), "x");
    DataFolder folder = DataFolder.at(file);
    String message = assertThrows(DataException.class, () -> folder.writable("mnist")).getMessage();
    assertTrue(message.startsWith(file.resolve("mnist") + ": can't be written to"), message);
    assertTrue(message.endsWith("set SHINSO_DATA to a folder of yours, or unset it"), message);
    DataFolder unchosen = new DataFolder(file, false);
    String other = assertThrows(DataException.class, () -> unchosen.writable("m")).getMessage();
    assertTrue(other.endsWith("; set SHINSO_DATA to a folder that can"), other);
  }

  @Test
  void foldersAreMade() {
    Path made = DataFolder.at(temporary.resolve("a/b")).writable("mnist");
    assertTrue(Files.isDirectory(made));
    assertEquals(temporary.resolve("a/b/mnist"), made);
  }
}
