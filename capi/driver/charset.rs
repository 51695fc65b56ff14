//! The text of source files: UTF-8 for the compiler, whatever it was.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A file's text, and what it was if it had to be converted.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// The charset that the compiler would not have read.
    pub was: Option<&'static str>,
}

/// The text of a file's bytes; `charset` is what its owner says it is.
pub fn read(bytes: &[u8], charset: Option<&'static Encoding>) -> Text {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        // Compilers read UTF-8 with its mark.
        let was = (encoding != UTF_8).then(|| encoding.name());
        return Text { text: text.into_owned(), was };
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return Text { text: text.into_owned(), was: Some(encoding.name()) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Text { text: text.to_owned(), was: None };
    }
    let encoding = charset.unwrap_or_else(|| guess(bytes));
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Text { text: text.into_owned(), was: Some(encoding.name()) }
}

/// The encoding of a name such as `CP949`, `EUC-KR`, `GBK` or `936`.
pub fn named(name: &str) -> Result<&'static Encoding, String> {
    let lower = name.trim_start_matches('.').to_ascii_lowercase();
    let page =
        lower.trim_start_matches("cp").trim_start_matches("windows-").trim_start_matches("ms");
    let label = match page {
        "949" | "51949" | "uhc" => "euc-kr",
        "936" | "54936" => "gb18030",
        "932" => "shift_jis",
        "950" => "big5",
        "65001" => "utf-8",
        "1200" => "utf-16le",
        _ => lower.as_str(),
    };
    Encoding::for_label(label.as_bytes()).ok_or_else(|| format!("unknown charset {name}"))
}

/// UTF-16 without a mark: every other byte of its beginning is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let half = start.len() / 2;
    if half < 4 {
        return None;
    }
    if zeros(1) == half && zeros(0) == 0 {
        Some(UTF_16LE)
    } else if zeros(0) >= half && zeros(1) == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The likeliest charset of bytes that are not UTF-8. Korean wins over the others when every double
/// byte is one of its common syllables or signs.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let (korean, broken) = EUC_KR.decode_without_bom_handling(bytes);
    let foreign = |c: &char| !c.is_ascii();
    let hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
    let all = korean.chars().filter(foreign).count();
    let syllables = korean.chars().filter(|c| hangul(*c)).count();
    if !broken && syllables * 10 >= all * 9 && common(bytes) {
        return EUC_KR;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether the double bytes lie mostly in the rows of KS X 1001's syllables (0xB0 to 0xC8), where
/// Korean text is dense and Chinese text is not.
fn common(bytes: &[u8]) -> bool {
    let (mut inside, mut pairs, mut at) = (0, 0, 0);
    while at + 1 < bytes.len() {
        if bytes[at] < 0x80 {
            at += 1;
            continue;
        }
        pairs += 1;
        inside += usize::from((0xb0..=0xc8).contains(&bytes[at]) && bytes[at + 1] >= 0xa1);
        at += 2;
    }
    inside * 10 >= pairs * 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GBK;

    const KOREAN: &str = "// 서버를 시작합니다. 클라이언트의 접속을 기다린다\nint main() {}\n";
    const CHINESE: &str =
        "// 初始化套接字库，创建监听套接字并绑定地址，然后等待客户端的连接请求\nint x;\n";

    #[test]
    fn utf8_is_left_alone_with_and_without_a_mark() {
        assert_eq!(read(KOREAN.as_bytes(), None), Text { text: KOREAN.into(), was: None });
        let marked = format!("\u{feff}{KOREAN}");
        assert_eq!(read(marked.as_bytes(), None), Text { text: KOREAN.into(), was: None });
    }

    #[test]
    fn korean_and_chinese_are_told_apart() {
        let (bytes, _, _) = EUC_KR.encode(KOREAN);
        assert_eq!(read(&bytes, None), Text { text: KOREAN.into(), was: Some("EUC-KR") });
        let (bytes, _, _) = GBK.encode(CHINESE);
        assert_eq!(read(&bytes, None), Text { text: CHINESE.into(), was: Some("GBK") });
    }

    #[test]
    fn a_short_korean_word_is_enough() {
        let (bytes, _, _) = EUC_KR.encode("printf(\"연결\");");
        assert_eq!(read(&bytes, None).was, Some("EUC-KR"));
    }

    #[test]
    fn utf16_is_found_with_and_without_a_mark() {
        let text = "#include <winsock2.h>\n// 서버\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&little[..42], None).was, Some("UTF-16LE"));
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(little).collect();
        assert_eq!(read(&marked, None), Text { text: text.into(), was: Some("UTF-16LE") });
    }

    #[test]
    fn what_the_owner_says_wins() {
        let (bytes, _, _) = GBK.encode(CHINESE);
        let korean = named("cp949").unwrap();
        assert_eq!(read(&bytes, Some(korean)).was, Some("EUC-KR"));
    }

    #[test]
    fn code_pages_have_names() {
        for (name, encoding) in [("CP949", "EUC-KR"), ("936", "gb18030"), ("utf-8", "UTF-8")] {
            assert_eq!(named(name).unwrap().name(), encoding);
        }
        assert!(named("klingon").is_err());
    }
}
