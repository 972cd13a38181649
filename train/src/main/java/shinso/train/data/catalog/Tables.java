package shinso.train.data.catalog;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.data.file.CsvEncoder;
import shinso.train.data.file.CsvFile;
import shinso.train.data.file.CsvSchema;
import shinso.train.data.file.CsvSplit;
import shinso.train.data.file.IdxFile;

/**
 * The tables of the catalog. Their features are as they were published, not standardised; texts are
 * one feature for each category.
 */
final class Tables {
  private static final String SCIKIT = "sklearn-toy";

  /** The first year that Weigend, Huberman and Rumelhart (1990) predict. */
  private static final int SUNSPOTS_TEST = 1921;

  private static final double HOUSING_TEST = 0.2;

  private static final List<String> ADULT =
      names(
          "age workclass fnlwgt education education-num marital-status occupation relationship race"
              + " sex capital-gain capital-loss hours-per-week native-country income");

  static final List<KnownSet> ALL =
      List.of(
          scikitClasses(
              "iris",
              "lengths of sepals and petals in cm, three kinds of iris, 150 x 4 (Fisher)",
              "sepal-length sepal-width petal-length petal-width",
              List.of("setosa", "versicolor", "virginica"),
              scikit(
                  "iris.csv",
                  2_734,
                  "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449")),
          scikitClasses(
              "wine",
              "chemical analysis of wines from three growers, 178 x 13 (Aeberhard, Forina)",
              "alcohol malic-acid ash alcalinity-of-ash magnesium total-phenols flavanoids"
                  + " nonflavanoid-phenols proanthocyanins color-intensity hue"
                  + " od280/od315-of-diluted-wines proline",
              List.of("class 0", "class 1", "class 2"),
              scikit(
                  "wine_data.csv",
                  11_157,
                  "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede")),
          scikitClasses(
              "breast-cancer",
              "measures of cell nuclei, malignant or benign, 569 x 30 (Wolberg, Street, Mangasarian)",
              String.join(" ", nuclei("mean"), nuclei("error"), nuclei("worst")),
              List.of("malignant", "benign"),
              scikit(
                  "breast_cancer.csv",
                  119_913,
                  "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed")),
          new TableSet(
              "diabetes",
              "progress of a disease after a year from ten measures, 442 x 10 (Efron and others)",
              "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
              "",
              names("age sex bmi bp s1 s2 s3 s4 s5 s6"),
              List.of(),
              SCIKIT,
              List.of(
                  scikit(
                      "diabetes_data_raw.csv.gz",
                      7_073,
                      "7fc0ded571454b1982210d3bb43f0aca44eae01a0b8654a3b24022bdb6b38009"),
                  scikit(
                      "diabetes_target.csv.gz",
                      1_050,
                      "8e53f65eb811df43c206f3534bb3af0e5fed213bc37ed6ba36310157d6023803")),
              List.of(),
              Tables::diabetes),
          new TableSet(
              "california-housing",
              "median price of houses in blocks of California, 8 measures and nearness to the ocean,"
                  + " 16,512 + 4,128 at random (Pace and Barry)",
              "https://github.com/ageron/handson-ml",
              "",
              housingFeatures(),
              List.of(),
              null,
              List.of(
                  remote(
                      "housing.csv",
                      1_423_529,
                      "8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e",
                      "https://raw.githubusercontent.com/ageron/handson-ml/master/datasets/housing/")),
              List.of(),
              Tables::housing),
          new TableSet(
              "adult",
              "does a person earn more than 50,000 dollars? 6 measures and 8 texts, 32,561 + 16,281"
                  + " (Becker and Kohavi)",
              "https://archive.ics.uci.edu/dataset/2/adult",
              "",
              adultFeatures(),
              List.of("<=50K", ">50K"),
              null,
              List.of(
                  uci("adult.data", 3_974_305, "5d7c39d7b8804f071cdd1f2a7c460872"),
                  uci("adult.test", 2_003_153, "35238206dfdf7f1fe215bbb874adecdc")),
              List.of(
                  byHand(
                      "adult-train.csv.gz",
                      398_778,
                      "fe24177a5b0df1874e6afc5748b7d9e547ca25880a84c4310f39b7ccf1b0da37"),
                  byHand(
                      "adult-test.csv.gz",
                      200_035,
                      "e809ea7e82c113838d8ca6ff3cb3557a163ddce5ece7785639e9fb3e533bb347")),
              Tables::adult),
          new TableSet(
              "sunspots",
              "yearly number of sunspots, 1700 to 1920 and 1921 to 2008 (the series before 2015)",
              "https://www.sidc.be/SILSO/datafiles",
              "",
              List.of("year"),
              List.of(),
              null,
              List.of(
                  remote(
                      "sunspots.csv",
                      2_944,
                      "f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b",
                      "https://raw.githubusercontent.com/statsmodels/statsmodels/main/statsmodels/"
                          + "datasets/sunspots/",
                      "https://raw.githubusercontent.com/statsmodels/statsmodels/v0.14.0/statsmodels/"
                          + "datasets/sunspots/")),
              List.of(),
              Tables::sunspots),
          new TableSet(
              "newsgroups-w100",
              "which of 100 words occur in 16,242 postings of four groups (20 Newsgroups, Roweis)",
              "https://cs.nyu.edu/~roweis/data.html",
              "https://cs.nyu.edu/~roweis/data.html: the documents of 20news_w100.mat as an IDX file"
                  + " of bytes 0 and 1, 16242 x 100, and its labels, 0 to 3, as another",
              words(),
              List.of("comp.*", "rec.*", "sci.*", "talk.*"),
              null,
              List.of(
                  byHand(
                      "newsgroups-w100-docs-idx2-ubyte.gz",
                      69_811,
                      "56434f48c6d685d9df2ac30d91bf6f190ae9f720638d65a05f91989603a6cc9c"),
                  byHand(
                      "newsgroups-w100-labels-idx1-ubyte.gz",
                      66,
                      "601068b54c3643f18f7867aa14bd96fa469ddd0f4189fa25da5f9bbfe04354c7")),
              List.of(),
              Tables::newsgroups));

  private Tables() {}

  // ---- sets of scikit-learn

  private static KnownSet scikitClasses(
      String name, String about, String features, List<String> classes, RemoteFile file) {
    List<String> names = names(features);
    Function<List<Path>, Split> reader = paths -> numbered(paths.getFirst(), classes);
    return new TableSet(
        name,
        about,
        "https://github.com/scikit-learn/scikit-learn/tree/main/sklearn/datasets/data",
        "",
        names,
        classes,
        SCIKIT,
        List.of(file),
        List.of(),
        reader);
  }

  private static String nuclei(String statistic) {
    return String.join(
        " ",
        names(
                "radius texture perimeter area smoothness compactness concavity concave-points"
                    + " symmetry fractal-dimension")
            .stream()
            .map(measure -> statistic + "-" + measure)
            .toList());
  }

  /** Reads a first line of sizes and names, then features and the number of the class. */
  private static Split numbered(Path file, List<String> classes) {
    CsvFile table = CsvFile.read(file, CsvFile.Format.COMMA.withoutHeader().skipping(1));
    CsvEncoder encoder =
        CsvSchema.classification(table.columns().getLast()).fit(CsvSplit.whole(table));
    Dataset data = encoder.encode(table);
    int[] labels = data.labels();
    return alone(
        InMemoryDataset.of(
            file.toString(),
            List.of(features(data), Column.labels("label", labels, classes.size())),
            classes));
  }

  private static Column features(Dataset data) {
    Tensor x = data.whole().getFirst();
    return Column.floats("features", x.shape().slice(1, 2), x.toFloatArray());
  }

  private static Split diabetes(List<Path> files) {
    CsvFile.Format format = CsvFile.Format.of(' ').withoutHeader();
    Dataset x = unsupervised(CsvFile.read(files.get(0), format));
    Dataset t = unsupervised(CsvFile.read(files.get(1), format));
    if (x.size() != t.size()) {
      throw new DataException(
          "%s has %d rows, but %s has %d; download or copy both again"
              .formatted(x.description(), x.size(), t.description(), t.size()));
    }
    float[] targets = t.whole().getFirst().toFloatArray();
    return alone(
        InMemoryDataset.of(
            x.description(), List.of(features(x), Column.floats("target", Shape.of(1), targets))));
  }

  private static Dataset unsupervised(CsvFile table) {
    return CsvSchema.unsupervised().fit(CsvSplit.whole(table)).encode(table);
  }

  // ---- others

  private static List<String> housingFeatures() {
    List<String> names =
        names(
            "longitude latitude housing_median_age total_rooms total_bedrooms population households"
                + " median_income");
    return concat(
        names, categories("ocean_proximity", "<1H OCEAN|INLAND|ISLAND|NEAR BAY|NEAR OCEAN"));
  }

  private static Split housing(List<Path> files) {
    CsvFile table = CsvFile.read(files.getFirst(), CsvFile.Format.COMMA);
    CsvSchema schema =
        CsvSchema.regression("median_house_value")
            .oneHot("ocean_proximity")
            .missing(CsvSchema.Missing.MEAN);
    // Shared out before the means that stand in for what is missing are taken.
    CsvSplit rows = CsvSplit.random(table, 0, HOUSING_TEST, 1);
    return schema.fit(rows).encode(rows);
  }

  private static List<String> adultFeatures() {
    return concat(
        List.of("age"),
        categories(
            "workclass",
            "Federal-gov|Local-gov|Never-worked|Private|Self-emp-inc|Self-emp-not-inc|State-gov"
                + "|Without-pay"),
        List.of("fnlwgt"),
        categories(
            "education",
            "10th|11th|12th|1st-4th|5th-6th|7th-8th|9th|Assoc-acdm|Assoc-voc|Bachelors|Doctorate"
                + "|HS-grad|Masters|Preschool|Prof-school|Some-college"),
        List.of("education-num"),
        categories(
            "marital-status",
            "Divorced|Married-AF-spouse|Married-civ-spouse|Married-spouse-absent|Never-married"
                + "|Separated|Widowed"),
        categories(
            "occupation",
            "Adm-clerical|Armed-Forces|Craft-repair|Exec-managerial|Farming-fishing"
                + "|Handlers-cleaners|Machine-op-inspct|Other-service|Priv-house-serv"
                + "|Prof-specialty|Protective-serv|Sales|Tech-support|Transport-moving"),
        categories("relationship", "Husband|Not-in-family|Other-relative|Own-child|Unmarried|Wife"),
        categories("race", "Amer-Indian-Eskimo|Asian-Pac-Islander|Black|Other|White"),
        categories("sex", "Female|Male"),
        List.of("capital-gain", "capital-loss", "hours-per-week"),
        categories(
            "native-country",
            "Cambodia|Canada|China|Columbia|Cuba|Dominican-Republic|Ecuador|El-Salvador|England"
                + "|France|Germany|Greece|Guatemala|Haiti|Holand-Netherlands|Honduras|Hong|Hungary"
                + "|India|Iran|Ireland|Italy|Jamaica|Japan|Laos|Mexico|Nicaragua"
                + "|Outlying-US(Guam-USVI-etc)|Peru|Philippines|Poland|Portugal|Puerto-Rico|Scotland"
                + "|South|Taiwan|Thailand|Trinadad&Tobago|United-States|Vietnam|Yugoslavia"));
  }

  private static Split adult(List<Path> files) {
    CsvSplit rows = CsvSplit.of(adultTable(files.get(0)), adultTable(files.get(1)));
    CsvSchema schema =
        CsvSchema.classification("income")
            .oneHot(
                "workclass",
                "education",
                "marital-status",
                "occupation",
                "relationship",
                "race",
                "sex",
                "native-country")
            .missing(CsvSchema.Missing.MEAN);
    return schema.fit(rows).encode(rows);
  }

  /**
   * Reads a table with a header, or one as published: without one, a first line in the test part
   * that begins with |, and full stops behind the classes of that part.
   */
  private static CsvFile adultTable(Path file) {
    if (file.getFileName().toString().contains(".csv")) {
      return CsvFile.read(file, CsvFile.Format.COMMA);
    }
    CsvFile table = CsvFile.read(file, CsvFile.Format.COMMA.withoutHeader().comments('|'));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      List<String> row = new ArrayList<>();
      for (int c = 0; c < table.columns().size(); c++) {
        row.add(table.text(i, c));
      }
      row.set(row.size() - 1, row.getLast().replaceFirst("\\.$", ""));
      rows.add(row);
    }
    return CsvFile.of(table.name(), ADULT, rows);
  }

  private static Split sunspots(List<Path> files) {
    CsvFile table = CsvFile.read(files.getFirst(), CsvFile.Format.COMMA);
    CsvEncoder encoder = CsvSchema.regression("SUNACTIVITY").fit(CsvSplit.whole(table));
    Dataset all = encoder.encode(table);
    float[] years = all.whole().getFirst().toFloatArray();
    int first =
        (int) IntStream.range(0, years.length).filter(i -> years[i] < SUNSPOTS_TEST).count();
    return Split.of(all.limit(first), all.subset(IntStream.range(first, years.length).toArray()));
  }

  private static List<String> words() {
    return names(
        "aids baseball bible bmw cancer car card case children christian computer course data dealer"
            + " disease disk display doctor dos drive driver earth email engine evidence fact fans"
            + " files food format ftp games god government graphics gun health help hit hockey honda"
            + " human image insurance israel jesus jews launch law league lunar mac mars medicine"
            + " memory mission moon msg nasa nhl number oil orbit patients pc phone players power"
            + " president problem program puck question religion research rights satellite science"
            + " scsi season server shuttle software solar space state studies system team technology"
            + " university version video vitamin war water win windows won world");
  }

  private static Split newsgroups(List<Path> files) {
    IdxFile words = IdxFile.read(files.get(0));
    int[] labels = IdxFile.read(files.get(1)).toIntArray();
    if (!words.shape().equals(Shape.of(labels.length, words().size()))) {
      throw new DataException(
          "%s: holds an array of shape %s, not %d words in each of the %d postings that have labels"
              .formatted(files.get(0), words.shape(), words().size(), labels.length));
    }
    return alone(
        InMemoryDataset.of(
            files.get(0).toString(),
            List.of(
                Column.floats("features", Shape.of(words().size()), words.toFloatArray()),
                Column.labels("label", labels, 4)),
            List.of("comp.*", "rec.*", "sci.*", "talk.*")));
  }

  // ---- the rest

  /** Returns a set that was published without a test part. */
  private static Split alone(Dataset all) {
    return Split.of(all, all.limit(0));
  }

  private static List<String> names(String words) {
    return List.of(words.split(" "));
  }

  private static List<String> categories(String column, String values) {
    return Arrays.stream(values.split("\\|")).map(value -> column + "=" + value).toList();
  }

  @SafeVarargs
  private static List<String> concat(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return List.copyOf(all);
  }

  private static RemoteFile scikit(String file, long size, String sha256) {
    return remote(
        file,
        size,
        sha256,
        "https://raw.githubusercontent.com/scikit-learn/scikit-learn/main/sklearn/datasets/data/",
        "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.5.X/sklearn/datasets/data/");
  }

  private static RemoteFile remote(String file, long size, String sha256, String... folders) {
    return new RemoteFile(
        file,
        size,
        Checksum.sha256(sha256),
        Arrays.stream(folders).map(folder -> URI.create(folder + file)).toList());
  }

  private static RemoteFile uci(String file, long size, String md5) {
    URI place =
        URI.create("https://archive.ics.uci.edu/ml/machine-learning-databases/adult/" + file);
    return new RemoteFile(file, size, Checksum.md5(md5), List.of(place));
  }

  private static RemoteFile byHand(String file, long size, String sha256) {
    return remote(file, size, sha256);
  }
}
