package shinso.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.catalog.Catalog;
import shinso.train.data.catalog.DataFolder;
import shinso.train.data.catalog.FileCheck;
import shinso.train.data.catalog.KnownSet;
import shinso.train.data.file.CsvEncoder;
import shinso.train.data.file.CsvFile;
import shinso.train.data.file.CsvSchema;
import shinso.train.data.file.CsvSplit;
import shinso.train.data.text.TextData;
import shinso.train.data.text.Vocabulary;

/** The real files, where SHINSO_DATA has them. */
final class RealDataTest {
  private static Split load(String name) {
    assumeTrue(System.getenv(DataFolder.VARIABLE) != null, DataFolder.VARIABLE + " is not set");
    KnownSet set = Catalog.find(name);
    DataFolder folder = DataFolder.ofEnvironment();
    assumeTrue(set.presence(folder) != KnownSet.Presence.ABSENT, name + " is not in " + folder);
    for (FileCheck check : set.verify(folder)) {
      assertNotEquals(FileCheck.State.WRONG, check.state(), check.toString());
    }
    return Catalog.load(name);
  }

  private static Path file(String name) {
    assumeTrue(System.getenv(DataFolder.VARIABLE) != null, DataFolder.VARIABLE + " is not set");
    Path file = DataFolder.ofEnvironment().path().resolve(name);
    assumeTrue(Files.isRegularFile(file), file + " is not there");
    return file;
  }

  /** Returns the mean and the standard deviation of channel {@code c} of the images. */
  private static double[] moments(Dataset data, int c, int channels) {
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (int from = 0; from < data.size(); from += Dataset.CHUNK) {
      int[] some = IntStream.range(from, Math.min(data.size(), from + Dataset.CHUNK)).toArray();
      float[] x = data.batch(some).getFirst().toFloatArray();
      for (int i = c; i < x.length; i += channels) {
        sum += x[i];
        squares += (double) x[i] * x[i];
        count++;
      }
    }
    double mean = sum / count;
    return new double[] {mean, Math.sqrt(squares / count - mean * mean)};
  }

  @Test
  void mnistIsWhatItIs() {
    Split split = load("mnist");
    assertEquals(60_000, split.train().size());
    assertEquals(10_000, split.test().size());
    assertEquals(Shape.of(28, 28, 1), split.train().fields().getFirst().shape());
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
        split.train().labelCounts());
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
        split.test().labelCounts());
    assertArrayEquals(new double[] {0.130660, 0.308108}, moments(split.train(), 0, 1), 1e-6);
    assertArrayEquals(new double[] {0.132515, 0.310480}, moments(split.test(), 0, 1), 1e-6);
    Split held = split.withStratifiedValidation(6000, 1);
    assertEquals(592, held.validation().labelCounts()[0], 1);
    assertEquals(54_000, held.train().size());
    float[] mean = Standardizer.fit(split.train(), 0, Standardizer.Per.FIELD).arrays().get("mean");
    assertArrayEquals(new float[] {0.130660f}, mean, 1e-6f);
  }

  @Test
  void fashionMnistIsWhatItIs() {
    Split split = load("fashion-mnist");
    for (int count : split.train().labelCounts()) {
      assertEquals(6000, count);
    }
    for (int count : split.test().labelCounts()) {
      assertEquals(1000, count);
    }
  }

  @Test
  void cifarIsWhatItIsOrAPartOfIt() {
    Split split = load("cifar10");
    String description = split.train().description();
    if (description.contains("data_batch_1.bin")) {
      assertArrayEquals(
          new int[] {1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981},
          split.train().limit(10_000).labelCounts());
    }
    assertEquals(Shape.of(32, 32, 3), split.train().fields().getFirst().shape());
    boolean complete = split.train().size() == 50_000;
    assertEquals(!complete, description.contains("PARTIAL"), description);
    // Of a part of the images, the moments are near those of all.
    double[] means = {125.306918 / 255, 122.950394 / 255, 113.865383 / 255};
    double[] deviations = {62.993219 / 255, 62.088708 / 255, 66.704900 / 255};
    for (int c = 0; c < 3; c++) {
      double[] found = moments(split.train(), c, 3);
      assertEquals(means[c], found[0], complete ? 1e-6 : 0.005);
      assertEquals(deviations[c], found[1], complete ? 1e-6 : 0.005);
    }
    int[] counts = split.test().limit(1000).labelCounts();
    assertArrayEquals(new int[] {103, 89, 100, 103, 90, 86, 112, 102, 106, 109}, counts);
  }

  @Test
  void tablesAreWhatTheyAre() {
    CsvFile digits =
        CsvFile.read(file("sklearn-toy/digits.csv.gz"), CsvFile.Format.COMMA.withoutHeader());
    Dataset data = CsvSchema.classification("c65").fit(CsvSplit.whole(digits)).encode(digits);
    assertEquals(1797, data.size());
    assertEquals(Shape.of(64), data.fields().getFirst().shape());
    assertArrayEquals(
        new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, data.labelCounts());
  }

  @Test
  void missingValuesAndCategoriesAreWhatTheyAre() {
    CsvFile houses = CsvFile.read(file("california-housing/housing.csv.gz"), CsvFile.Format.COMMA);
    assertEquals(20_640, houses.size());
    CsvSchema schema = CsvSchema.regression("median_house_value").oneHot("ocean_proximity");
    CsvEncoder encoder = schema.missing(CsvSchema.Missing.MEAN).fit(CsvSplit.whole(houses));
    assertEquals(13, encoder.featureNames().size());
    assertEquals(
        List.of(
            "ocean_proximity=<1H OCEAN",
            "ocean_proximity=INLAND",
            "ocean_proximity=ISLAND",
            "ocean_proximity=NEAR BAY",
            "ocean_proximity=NEAR OCEAN"),
        encoder.featureNames().subList(8, 13));
    Dataset data = encoder.encode(houses);
    float[] x = data.batch(IntStream.range(0, 20_640).toArray()).getFirst().toFloatArray();
    int[] counts = new int[5];
    for (int i = 0; i < x.length; i++) {
      if (i % 13 >= 8) {
        counts[i % 13 - 8] += (int) x[i];
      }
    }
    assertArrayEquals(new int[] {9136, 6551, 5, 2290, 2658}, counts);
    Dataset full =
        schema.missing(CsvSchema.Missing.DROP_ROW).fit(CsvSplit.whole(houses)).encode(houses);
    assertEquals(20_640 - 207, full.size());
    DataException e =
        assertThrows(DataException.class, () -> schema.fit(CsvSplit.whole(houses)).encode(houses));
    assertTrue(e.getMessage().contains("column 'total_bedrooms': the value is missing"));
  }

  private static void checkTable(String name, int train, int test, int... counts) {
    Split split = load(name);
    assertEquals(train, split.train().size());
    assertEquals(test, split.test().size());
    int width = Catalog.find(name).featureNames().size();
    assertEquals(Shape.of(width), split.train().fields().getFirst().shape());
    assertEquals(Catalog.find(name).classNames(), split.train().classNames());
    if (counts.length > 0) {
      assertArrayEquals(counts, split.train().labelCounts());
    }
  }

  @Test
  void catalogTablesAreWhatTheyAre() {
    checkTable("iris", 150, 0, 50, 50, 50);
    checkTable("wine", 178, 0, 59, 71, 48);
    checkTable("breast-cancer", 569, 0, 212, 357);
    checkTable("diabetes", 442, 0);
    checkTable("california-housing", 16_512, 4_128);
    checkTable("adult", 32_561, 16_281, 32_561 - 7841, 7841);
    checkTable("sunspots", 221, 88);
    checkTable("newsgroups-w100", 16_242, 0, 4605, 3519, 2657, 5461);
    assertEquals(152.1335, load("diabetes").train().whole().getLast().mean().item(), 1e-3);
    assertEquals(0.040297, load("newsgroups-w100").train().whole().getFirst().mean().item(), 1e-6);
    assertEquals(190.2f, load("sunspots").test().whole().getLast().max().item());
  }

  @Test
  void namesOfFeaturesAreThoseOfTheEncoder() {
    assertEquals(
        namesOf(
            "california-housing/housing.csv.gz",
            CsvSchema.regression("median_house_value").oneHot("ocean_proximity")),
        Catalog.find("california-housing").featureNames());
    assertEquals(
        namesOf(
            "adult/adult-train.csv.gz",
            CsvSchema.classification("income")
                .oneHot("workclass", "education", "marital-status", "occupation", "relationship")
                .oneHot("race", "sex", "native-country")),
        Catalog.find("adult").featureNames());
  }

  private static List<String> namesOf(String path, CsvSchema schema) {
    CsvFile table = CsvFile.read(file(path), CsvFile.Format.COMMA);
    return schema.missing(CsvSchema.Missing.MEAN).fit(CsvSplit.whole(table)).featureNames();
  }

  @Test
  void tinyShakespeareIsWhatItIs() {
    Split split = load("tinyshakespeare");
    int all = split.train().size() + split.validation().size() + split.test().size();
    assertEquals(1_115_394, all);
    String text = TextData.text(split.train());
    assertTrue(text.startsWith("First Citizen:\nBefore we proceed any further, hear me speak."));
    assertEquals(65, Vocabulary.of(Vocabulary.Unit.CHARACTER, List.of(text)).size() - 2);
  }

  private static void checkMusic(Dataset part, int pieces, int steps, int notes) {
    assertEquals(pieces, part.size());
    int length = 0;
    double sum = 0;
    for (int i = 0; i < pieces; i++) {
      List<Tensor> piece = part.batch(new int[] {i});
      length += piece.get(1).toIntArray()[0];
      sum += piece.getFirst().sum().item();
    }
    assertEquals(steps, length);
    assertEquals(notes, sum);
  }

  @Test
  void theChoralesAreWhatTheyAre() {
    Split split = load("jsb-chorales");
    checkMusic(split.train(), 229, 13_807, 53_824);
    checkMusic(split.validation(), 76, 4_602, 17_811);
    checkMusic(split.test(), 77, 4_725, 18_367);
  }

  @Test
  void nottinghamIsWhatItIs() {
    Split split = load("nottingham");
    checkMusic(split.train(), 694, 176_561, 699_403);
    checkMusic(split.validation(), 173, 45_513, 180_192);
    checkMusic(split.test(), 170, 44_463, 177_421);
  }
}
