package shinso.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on pictures and tables of a user's own, and prediction, in this process. */
final class OwnDataTest {
  @TempDir Path folder;

  private Result train(String... args) {
    List<String> all = new ArrayList<>(List.of("train"));
    all.addAll(List.of(args));
    all.addAll(List.of("--runs", folder.resolve("runs").toString()));
    return Result.of(all.toArray(String[]::new));
  }

  private static Path runFolder(Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith("run folder: "))
        .map(line -> Path.of(line.substring("run folder: ".length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.toString()));
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void assertError(int code, String message, Result result) {
    assertEquals(code, result.code(), result.toString());
    assertTrue(result.err().startsWith("shinso: "), result.err());
    assertTrue(result.err().contains(message), () -> result.err() + " lacks " + message);
    assertEquals(1, result.err().lines().count(), result.err());
  }

  // ---- pictures

  /** Draws a disc of a colour on grey, on pictures of several sizes. */
  private static Path disc(Path file, Color colour, int i) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image =
        new BufferedImage(40 + 7 * (i % 4), 30 + 5 * (i % 5), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(90 + 5 * i, 90 + 5 * i, 90 + 5 * i));
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    g.setColor(colour);
    g.fillOval(10 + i % 3, 5 + i % 4, 20, 20);
    g.dispose();
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Path discs(String name, int each) throws IOException {
    Path root = folder.resolve(name);
    for (int i = 0; i < each; i++) {
      disc(root.resolve("red/" + i + ".png"), Color.RED, i);
      disc(root.resolve("blue/" + i + ".png"), Color.BLUE, i);
    }
    return root;
  }

  private Result trainDiscs(Path root, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "images",
                root.toString(),
                "--classes-from-folders",
                "--model",
                "lenet",
                "--size",
                "20",
                "--epochs",
                "6",
                "--validation",
                "0.2",
                "--test",
                "0.2"));
    args.addAll(List.of(more));
    return train(args.toArray(String[]::new));
  }

  @Test
  void picturesInFoldersAreLearnedAndPredictedWithoutThem() throws IOException {
    Path root = discs("photos", 12);
    Files.writeString(root.resolve("red/broken.jpg"), "no picture");
    Files.writeString(root.resolve("red/notes.txt"), "as they came");
    Files.createDirectories(root.resolve("green"));
    Files.createDirectories(root.resolve("blue/inner"));
    Files.move(root.resolve("blue/3.png"), root.resolve("blue/inner/3.png"));

    Result trained = trainDiscs(root);
    assertEquals(0, trained.code(), trained.err());
    assertEquals("", trained.err());
    assertTrue(
        trained.out().contains(root + ": 14 examples for training, 5 for validation, 5 for test"),
        trained.out());
    for (String note :
        List.of(
            "2 classes: blue 12, red 12",
            "1 of 25 pictures can't be read and are left out: red/broken.jpg: is not an image",
            "passed over, since they are no pictures: red/notes.txt",
            "there are no pictures in green; left out",
            "the pictures in folders within blue count as those of the outer folder")) {
      assertTrue(trained.out().contains(note), () -> trained.out() + " lacks " + note);
    }
    assertTrue(trained.out().contains("test accuracy 100.00 %"), trained.out());
    Path run = runFolder(trained);
    assertTrue(Files.readString(run.resolve("data/broken-pictures.txt")).contains("broken.jpg"));

    delete(root);
    Path fresh = folder.resolve("fresh");
    disc(fresh.resolve("a.png"), Color.RED, 5);
    disc(fresh.resolve("deep/b.png"), Color.BLUE, 9);
    Result predicted = Result.of("predict", run.toString(), fresh.toString());
    assertEquals(0, predicted.code(), predicted.err());
    List<String> lines = predicted.lines();
    assertEquals(2, lines.size(), predicted.out());
    assertTrue(lines.get(0).matches(".*a\\.png: red \\(.* %\\), then blue .*"), predicted.out());
    assertTrue(lines.get(1).matches(".*b\\.png: blue \\(.* %\\), then red .*"), predicted.out());
    Files.delete(run.resolve("report.html"));
    Result report = Result.of("report", run.toString());
    assertEquals(0, report.code(), report.err());
    String html = Files.readString(run.resolve("report.html"));
    assertTrue(html.contains("Confusion matrix") && html.contains("broken.jpg"), html);
    assertEquals(0, Result.of("run", "--resume", run.toString()).code());
  }

  @Test
  void aRunGoesOnWhereItsPicturesAreNowIfTheyAreTheSame() throws IOException {
    Path root = discs("here", 8);
    Path run = runFolder(trainDiscs(root));
    byte[] model = Files.readAllBytes(run.resolve("model.safetensors"));
    delete(run.resolve("stages"));
    Path there = Files.move(root, folder.resolve("there"));

    assertError(
        Errors.FAILED, root + ": is not there any more", Result.of("run", "--resume", run + ""));
    assertError(
        Errors.USAGE,
        "resumed with the settings that it was started with; leave --size out",
        train("images", there.toString(), "--size", "24", "--resume", run.toString()));
    Result moved = train("images", there.toString(), "--resume", run.toString());
    assertEquals(0, moved.code(), moved.err());
    assertArrayEquals(model, Files.readAllBytes(run.resolve("model.safetensors")));

    delete(run.resolve("stages"));
    disc(there.resolve("red/new.png"), Color.RED, 3);
    assertError(
        Errors.FAILED,
        there + ": has other examples than when the run ",
        Result.of("run", "--resume", run.toString()));
  }

  @Test
  void theSameSeedGivesTheSameModelOfPictures() throws IOException {
    Path root = discs("seeds", 6);
    Path first = runFolder(trainDiscs(root, "--seed", "3"));
    Path again = runFolder(trainDiscs(root, "--seed", "3"));
    assertArrayEquals(
        Files.readAllBytes(first.resolve("model.safetensors")),
        Files.readAllBytes(again.resolve("model.safetensors")));
  }

  @Test
  void foldersThatNothingCanBeLearnedFromAreNamed() throws IOException {
    Path root = folder.resolve("x");
    assertError(Errors.FAILED, root + ": does not exist; is the path", trainDiscs(root));
    Files.createDirectories(root);
    assertError(Errors.FAILED, root + ": there are no folders in it", trainDiscs(root));
    Files.createDirectories(root.resolve("red"));
    assertError(Errors.FAILED, "has one folder only, 'red', so there is", trainDiscs(root));
    Files.createDirectories(root.resolve("blue"));
    assertError(Errors.FAILED, "there are no files in its folders", trainDiscs(root));
    Path picture = disc(root.resolve("red/1.png"), Color.RED, 1);
    assertError(
        Errors.FAILED, "there are pictures of 'red' only, and none in blue", trainDiscs(root));
    assertError(Errors.FAILED, ": is not a folder; give the one with", trainDiscs(picture));
    disc(root.resolve("blue/1.png"), Color.BLUE, 1);
    assertError(Errors.FAILED, "there are too few of blue (1), red (1)", trainDiscs(root));
    Path parts = folder.resolve("parts");
    disc(parts.resolve("train/red/1.png"), Color.RED, 1);
    disc(parts.resolve("test/red/1.png"), Color.RED, 1);
    assertError(
        Errors.FAILED, "its folders, test and train, are named like parts", trainDiscs(parts));
  }

  @Test
  void moreBrokenPicturesThanToleratedAreAnError() throws IOException {
    Path root = discs("broken", 6);
    Files.writeString(root.resolve("red/a.jpg"), "no picture");
    Files.writeString(root.resolve("red/b.jpg"), "no picture");
    Result strict = trainDiscs(root);
    assertError(Errors.FAILED, "2 of 14 files are no images that can be read: red/a.jpg", strict);
    assertEquals(0, trainDiscs(root, "--broken", "0.2").code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model alexnet | the setting model is lenet, convnet, vgg or resnet, not 'alexnet'",
        "--size big | the setting size is a whole number from 8 to 512, not 'big'",
        "--validation 0.6 --test 0.5 | leave nothing for training",
        "--epochs 3 --set epochs=4 | --epochs and --set epochs= say the same",
        "--set colour=1 | the recipe images has no setting 'colour'",
        "--colour 1 | images has no option '--colour'",
      })
  void wrongOptionsAreNamed(String options, String message) throws IOException {
    List<String> args = new ArrayList<>(List.of("images", folder.toString()));
    args.addAll(List.of(options.split(" ", -1)));
    assertError(Errors.USAGE, message, train(args.toArray(String[]::new)));
  }

  // ---- tables

  private static final List<String> TOWNS = List.of("Ulm", "Köln", "Bonn");

  /** Houses: the price is 3 times the area, and 20 more in Ulm; it is dear from 180 on. */
  private Path houses(String name, int rows) throws IOException {
    StringBuilder csv = new StringBuilder("id,area,town,built,owner,price,dear\n");
    for (int i = 0; i < rows; i++) {
      int area = 20 + i * 37 % 80;
      String town = TOWNS.get(i % 3);
      int price = 3 * area + (town.equals("Ulm") ? 20 : 0);
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%s,%s,20%02d-0%d-11,owner %d,%d,%s%n",
              i,
              i == 7 ? "" : area,
              i == 9 ? "?" : town,
              i % 24,
              1 + i % 9,
              i,
              price,
              price >= 180 ? "yes" : "no"));
    }
    return Files.writeString(folder.resolve(name), csv);
  }

  @Test
  void aNumberOfATableIsLearnedAndPredicted() throws IOException {
    Path table = houses("houses.csv", 300);
    Files.writeString(
        table, Files.readString(table) + "300,many,Ulm,2001-01-11,me,99,no\n301,short\n");
    Result trained =
        train("table", table.toString(), "--target", "price", "--ignore", "dear", "--epochs", "60");
    assertEquals(0, trained.code(), trained.err());
    for (String note :
        List.of(
            "regression: 'price' is a number",
            "numbers: area",
            "dates: built",
            "categories: town",
            "left out, since nearly every row has a text of its own: owner",
            "left out, since they count the rows: id",
            "stands in, or a category of their own: area 1, town 1",
            "2 of 302 rows can't be used and are left out: line 303 has 2 fields, but the first has"
                + " 7; line 302, column 'area': 'many' is not a number",
            "features of a row: 6")) {
      assertTrue(trained.out().contains(note), () -> trained.out() + " lacks " + note);
    }
    assertTrue(trained.out().matches("(?s).*test R², network 0\\.9[89].*"), trained.out());
    Path run = runFolder(trained);

    Files.delete(table);
    Path fresh =
        Files.writeString(
            folder.resolve("new.csv"),
            """
            town,built,area,colour
            Ulm,2010-03-11,50,"red, dark"
            Rom,2010-03-11,50,blue
            Bonn,yesterday,50,blue
            """);
    Result predicted = Result.of("predict", run.toString(), fresh.toString());
    assertEquals(Errors.FAILED, predicted.code());
    List<String> lines = predicted.lines();
    assertEquals("town,built,area,colour,predicted price", lines.get(0));
    assertTrue(lines.get(1).startsWith("Ulm,2010-03-11,50,\"red, dark\",1"), predicted.out());
    double price = Double.parseDouble(lines.get(1).substring(lines.get(1).lastIndexOf(',') + 1));
    assertEquals(170, price, 12);
    assertEquals("Bonn,yesterday,50,blue,", lines.get(3));
    assertTrue(
        predicted.err().contains("column 'town': the model has not been trained with 'Rom'"),
        predicted.err());
    assertTrue(
        predicted.err().contains("line 4, column 'built': 'yesterday' is not a date"),
        predicted.err());

    Path lacking = Files.writeString(folder.resolve("lacking.csv"), "area,price\n3,4\n");
    assertError(
        Errors.FAILED,
        "lacks the columns 'town', 'built', which the model was trained with; it has 'area', 'price'",
        Result.of("predict", run.toString(), lacking.toString()));
    assertError(
        Errors.FAILED, "does not exist", Result.of("predict", run.toString(), table.toString()));

    for (String name : List.of("data/columns.json", "data/origin.json")) {
      Path file = run.resolve(name);
      String whole = Files.readString(file);
      Files.writeString(file, "{");
      boolean isCoding = name.contains("columns");
      assertError(
          Errors.FAILED,
          file
              + " is corrupt: it is not a valid JSON object; put it back, or train again: shinso runs"
              + " repeat "
              + run,
          isCoding
              ? Result.of("predict", run.toString(), fresh.toString())
              : Result.of("report", run.toString()));
      Files.writeString(file, whole);
    }
  }

  @Test
  void aClassOfATableIsLearnedAndPredicted() throws IOException {
    Path table = houses("houses.csv", 300);
    Result trained =
        train(
            "table",
            table.toString(),
            "--target",
            "dear",
            "--ignore",
            "price,id",
            "--epochs",
            "40");
    assertEquals(0, trained.code(), trained.err());
    assertTrue(trained.out().contains("classification: 'dear' is one of 2 classes"), trained.out());
    assertTrue(
        trained.out().matches("(?s).*test accuracy, network (9\\d|100)\\..*"), trained.out());
    assertTrue(trained.out().contains("test accuracy, most frequent class "), trained.out());
    Path run = runFolder(trained);
    Path out = folder.resolve("predicted.csv");
    Result predicted =
        Result.of("predict", run.toString(), table.toString(), "--out", out.toString());
    assertEquals(0, predicted.code(), predicted.err());
    List<String> lines = Files.readAllLines(out);
    assertEquals(
        "id,area,town,built,owner,price,dear,predicted dear,p(no),p(yes)", lines.getFirst());
    assertEquals(301, lines.size());
    assertTrue(
        predicted.err().contains("'dear' is given in 300 rows, of which 9"), predicted.err());
    Result report = Result.of("report", run.toString());
    assertEquals(0, report.code(), report.err());
    assertFalse(Files.readString(run.resolve("report.html")).isEmpty());
  }

  /** NA is missing until somebody says that it is Namibia. */
  @Test
  void aTextThatStandsForAMissingValueMayBeOne() throws IOException {
    Path table =
        Files.writeString(
            folder.resolve("countries.csv"),
            IntStream.range(0, 90)
                .mapToObj(i -> i % 7 + "," + List.of("NA", "DE", "FR").get(i % 3) + "\n")
                .collect(Collectors.joining("", "x,country\n", "")));
    assertError(
        Errors.FAILED,
        "; if 'NA' in 'country' is a value, see --missing",
        train("table", table.toString(), "--target", "country"));
    Result trained =
        train("table", table.toString(), "--target", "country", "--missing", "", "--epochs", "1");
    assertEquals(0, trained.code(), trained.err());
    assertTrue(
        trained.out().contains("classification: 'country' is one of 3 classes"), trained.out());
    assertFalse(trained.out().contains("can't be used"), trained.out());
    Result predicted = Result.of("predict", runFolder(trained).toString(), table.toString());
    assertTrue(predicted.out().contains(",p(DE),p(FR),p(NA)"), predicted.out());
    assertTrue(predicted.err().contains("'country' is given in 90 rows"), predicted.err());

    Result others =
        train("table", table.toString(), "--target", "country", "--missing", "FR", "--broken", "1");
    assertEquals(0, others.code(), others.err());
    assertTrue(
        others.out().contains("30 of 90 rows can't be used and are left out: "), others.out());
    assertTrue(others.out().contains("'country' is one of 2 classes"), others.out());
  }

  /** As spreadsheets write it in many countries. */
  @Test
  void delimitersAndDecimalCommasAreRead() throws IOException {
    StringBuilder csv = new StringBuilder("made by hand\n");
    for (int i = 0; i < 80; i++) {
      csv.append(String.format(Locale.GERMANY, "%.1f;%d%n", i * 29 % 80 / 2.0, i * 29 % 80 % 3));
    }
    Path table = Files.writeString(folder.resolve("hand.csv"), csv);
    Result trained =
        train(
            "table",
            table.toString(),
            "--target",
            "c2",
            "--no-header",
            "--skip",
            "1",
            "--decimal",
            ",",
            "--epochs",
            "1");
    assertEquals(0, trained.code(), trained.err());
    assertTrue(
        trained.out().contains("'c2' is one of 3 classes (few whole numbers; --task regression"),
        trained.out());
    assertTrue(trained.out().contains("numbers: c1"), trained.out());
  }

  /** Without --decimal such numbers are texts, which is said with the way out. */
  @Test
  void decimalCommasThatNobodySpokeOfAreSaid() throws IOException {
    StringBuilder csv = new StringBuilder("area;rooms;code;price;half\n");
    for (int i = 0; i < 80; i++) {
      int area = 30 + i * 29 % 80;
      csv.append(
          String.format(
              Locale.GERMANY,
              "%.1f;%d;%s;%.2f;%s%n",
              area / 2.0,
              1 + i % 4,
              "A,1 B,2 C".split(" ", -1)[i % 3],
              area * 1.25,
              i % 2 == 0 ? "0,5" : "1"));
    }
    String table = Files.writeString(folder.resolve("commas.csv"), csv).toString();
    String way = "take --decimal , for numbers with decimal commas";
    Result classes = train("table", table, "--target", "rooms", "--epochs", "1");
    assertEquals(0, classes.code(), classes.err());
    assertTrue(
        classes.out().contains("texts, unless you " + way + ": area, price, half"), classes.out());
    Result meant =
        train(
            "table",
            table,
            "--target",
            "rooms",
            "--categories",
            "area,price,half",
            "--epochs",
            "1");
    assertFalse(meant.out().contains("--decimal"), meant.out());
    Result few =
        train("table", table, "--target", "half", "--ignore", "area,price", "--epochs", "1");
    assertTrue(
        few.out()
            .contains(
                "'half' is one of 2 classes (texts; or are they numbers? --decimal , for numbers with"
                    + " decimal commas)"),
        few.out());
    assertError(
        Errors.FAILED, "too many for classes; " + way, train("table", table, "--target", "price"));
    assertError(
        Errors.FAILED,
        "not numbers; " + way,
        train("table", table, "--target", "price", "--task", "regression"));

    Result right = train("table", table, "--target", "price", "--decimal", ",", "--epochs", "1");
    assertEquals(0, right.code(), right.err());
    assertTrue(right.out().contains("numbers: area, rooms, half"), right.out());
    Result predicted = Result.of("predict", runFolder(right).toString(), table);
    assertTrue(predicted.err().contains("'price' is given in 80 rows"), predicted.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                            | 2 | a table needs --target COLUMN",
        "--target prise              | 1 | there is no column 'prise' (did you mean price?)",
        "--target owner              | 1 | has 60 different values in 60 rows, too many for classes",
        "--target town --task regression | 1 | holds texts such as 'Ulm', not numbers",
        "--target price --ignore price | 1 | there must be the target 'price'",
        "--target price --categories size | 1 | there is no column 'size'",
        "--target price --task guess | 2 | the setting task is auto, regression or classification",
        "--target price --delimiter ; | 1 | there is no column 'price'; there is only id,area",
        "--target price --test 1     | 2 | the setting test is a number from 0.01 to 0.9, not '1'",
      })
  void whatIsWrongWithATableIsNamed(String options, int code, String message) throws IOException {
    List<String> args = new ArrayList<>(List.of("table", houses("t.csv", 60).toString()));
    if (options != null) {
      args.addAll(List.of(options.split(" ", -1)));
    }
    assertError(code, message, train(args.toArray(String[]::new)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,b\n", "a,b\n1,2\nx,y\nz\n"})
  void filesThatAreNoTablesAreNamed(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("no.csv"), content);
    assertError(Errors.FAILED, file.toString(), train("table", file.toString(), "--target", "b"));
    assertError(Errors.FAILED, "is not a file", train("table", folder.toString(), "--target", "b"));
  }

  @Test
  void ownDataIsNoRecipeOfTheList() {
    assertError(
        Errors.USAGE,
        "'images' runs on your own data; shinso train images --help says how",
        Result.of("run", "images"));
    assertEquals(0, Result.of("list", "table").code());
    assertFalse(Result.of("list").out().contains("your own table"));
    assertError(Errors.USAGE, "there is no command 'pictures'", train("pictures"));
  }
}
