package shinso.zoo.recurrent;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.train.data.text.TextPairs;

/**
 * Sentences of a small grammar in English and in Japanese, where the verb stands at the end and
 * says by itself when and whether: {@code yesterday she did not see the red house in the town . →
 * 昨日 彼女 は 町 で 赤い 家 を 見なかった 。}
 */
final class Phrases {
  /** A word of both languages. */
  private record Word(String english, String japanese) {}

  /**
   * A verb.
   *
   * @param japanese it is done, was done, isn't done, wasn't done
   */
  private record Verb(String english, String past, List<String> japanese) {}

  private static final List<Word> SUBJECTS = words("i 私 you あなた he 彼 she 彼女 we 私たち they 彼ら");
  private static final List<Word> THINGS =
      words("house 家 dog 犬 book 本 flower 花 picture 絵 car 車 hat 帽子 chair 椅子");
  private static final List<Word> ADJECTIVES =
      words("old 古い new 新しい big 大きい small 小さい red 赤い white 白い");
  private static final List<Word> PLACES = words("park 公園 town 町 garden 庭 shop 店");
  private static final List<Verb> VERBS =
      List.of(
          verb("see", "saw", "見る 見た 見ない 見なかった"),
          verb("buy", "bought", "買う 買った 買わない 買わなかった"),
          verb("sell", "sold", "売る 売った 売らない 売らなかった"),
          verb("draw", "drew", "描く 描いた 描かない 描かなかった"),
          verb("love", "loved", "愛する 愛した 愛さない 愛さなかった"),
          verb("find", "found", "見つける 見つけた 見つけない 見つけなかった"));

  private Phrases() {}

  private static List<Word> words(String text) {
    List<String> all = List.of(text.split(" "));
    return IntStream.range(0, all.size() / 2)
        .mapToObj(i -> new Word(all.get(2 * i), all.get(2 * i + 1)))
        .toList();
  }

  private static Verb verb(String english, String past, String japanese) {
    return new Verb(english, past, List.of(japanese.split(" ")));
  }

  private static <T> T one(RandomGenerator random, List<T> of) {
    return of.get(TextTasks.below(random, of.size()));
  }

  /** Returns a drawn sentence and its translation. */
  static TextPairs.Pair pair(RandomGenerator random) {
    boolean past = TextTasks.below(random, 2) == 1;
    boolean not = TextTasks.below(random, 3) == 0;
    Word subject = one(random, SUBJECTS);
    Verb verb = one(random, VERBS);
    Word thing = one(random, THINGS);
    StringBuilder english = new StringBuilder();
    StringBuilder japanese = new StringBuilder();
    if (TextTasks.below(random, 2) == 0) {
      english.append(past ? "yesterday " : "today ");
      japanese.append(past ? "昨日 " : "今日 ");
    }
    english.append(subject.english).append(' ').append(english(verb, subject, past, not));
    english.append(" the ");
    japanese.append(subject.japanese).append(" は ");
    String adjective = "";
    if (TextTasks.below(random, 3) > 0) {
      Word a = one(random, ADJECTIVES);
      english.append(a.english).append(' ');
      adjective = a.japanese + " ";
    }
    english.append(thing.english);
    if (TextTasks.below(random, 2) == 0) {
      Word place = one(random, PLACES);
      english.append(" in the ").append(place.english);
      japanese.append(place.japanese).append(" で ");
    }
    japanese.append(adjective).append(thing.japanese).append(" を ");
    japanese.append(verb.japanese.get((not ? 2 : 0) + (past ? 1 : 0))).append(" 。");
    return new TextPairs.Pair(english.append(" .").toString(), japanese.toString());
  }

  private static String english(Verb verb, Word subject, boolean past, boolean not) {
    boolean third = subject.english.equals("he") || subject.english.equals("she");
    if (not) {
      return (past ? "did" : third ? "does" : "do") + " not " + verb.english;
    }
    return past ? verb.past : third ? verb.english + "s" : verb.english;
  }
}
