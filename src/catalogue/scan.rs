//! Why a scan of signed papers, or a page of it, says nothing.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::packet::scan::ScanFault;

impl Refusal for ScanFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::SignedAlready | Self::NothingLeft => RefusalKind::Conflict,
            Self::FileEmpty
            | Self::FileTooLong { .. }
            | Self::FileOther
            | Self::PdfBroken
            | Self::PdfEncrypted
            | Self::PdfEmpty
            | Self::TooManyPages { .. }
            | Self::NoPicture
            | Self::SeveralPictures { .. }
            | Self::PictureOther
            | Self::PictureBroken
            | Self::PictureTooLarge { .. }
            | Self::Blank
            | Self::NoCode
            | Self::SeveralCodes
            | Self::Double { .. }
            | Self::Apart { .. } => RefusalKind::Invalid,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::FileEmpty => say("文件是空的；请重新扫描", "The file is empty; scan it again"),
            Self::FileTooLong { max_mb } => say(
                format!("文件大于 {max_mb} MB；请分成几个文件，或用 300 dpi 灰度扫描"),
                format!("The file has more than {max_mb} MB; make several of it, or scan at 300 dpi in grey"),
            ),
            Self::FileOther => {
                say("不是 PDF、JPEG 或 PNG；请另存为其中一种", "It is no PDF, JPEG or PNG; save it as one of these")
            }
            Self::PdfBroken => say(
                "PDF 打不开，文件不完整或有损坏；请重新扫描，或重新上传",
                "The PDF cannot be opened, it is broken or only a part; scan it or send it again",
            ),
            Self::PdfEncrypted => say(
                "PDF 有密码；请去掉密码后再上传",
                "The PDF is protected by a password; save it without one, and send it again",
            ),
            Self::PdfEmpty => say("PDF 没有页；请重新扫描", "The PDF has no page; scan it again"),
            Self::TooManyPages { max } => say(
                format!("一个文件最多 {max} 页；请分成几个文件"),
                format!("A file has at most {max} pages; make several of it"),
            ),
            Self::NoPicture => say(
                "这一页没有图像，不是扫描件；请扫描签好的纸",
                "The page has no picture, it is no scan; scan the paper that was signed",
            ),
            Self::SeveralPictures { count } => say(
                format!("这一页有 {count} 幅图像；请把扫描仪设为每页一幅图像（JPEG），或存成 JPEG 再上传"),
                format!("The page has {count} pictures; have the scanner make one JPEG of each page"),
            ),
            Self::PictureOther => say(
                "这一页的图像不是 JPEG；请把扫描仪的压缩设为 JPEG，或存成 JPEG、PNG 再上传",
                "The picture on the page is no JPEG; set the scanner to JPEG, or send JPEG or PNG",
            ),
            Self::PictureBroken => say(
                "图像打不开，有损坏；请重新扫描这一页",
                "The picture cannot be opened, it is damaged; scan the page again",
            ),
            Self::PictureTooLarge { max_megapixels } => say(
                format!("图像超过 {max_megapixels} 百万像素；请用 300 dpi 扫描"),
                format!("The picture has more than {max_megapixels} million pixels; scan at 300 dpi"),
            ),
            Self::Blank => say("空白页，不登记", "It is blank and not recorded"),
            Self::NoCode => say(
                "没有读到二维码；请看图指定是谁的哪份材料，或不登记这一页",
                "No code is read; look at it and say whose document it is, or set the page aside",
            ),
            Self::SeveralCodes => say(
                "这一页上有几份材料的二维码；请一页一页扫描，或看图指定",
                "There are codes of several documents on it; scan page by page, or say which it is",
            ),
            Self::Double { page } => say(
                format!("与第 {page} 页完全相同，不重复登记"),
                format!("It is page {page} once more and not recorded twice"),
            ),
            Self::Apart { page } => say(
                format!("与第 {page} 页是同一份材料，没有挨在一起；请看是不是扫描了两遍"),
                format!(
                    "It is of the same document as page {page}, with others between; see whether it was scanned twice"
                ),
            ),
            Self::SignedAlready => say(
                "这份材料已经签齐，也有扫描件；是重复交回的就不登记，要更换请先撤销",
                "The document is signed by everybody and has its scan; set it aside, or undo first to replace it",
            ),
            Self::NothingLeft => {
                say("没有要登记的页；请看每一页的说明", "No page is to be recorded; see what is said of each")
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::SignedAlready | Self::NothingLeft => None,
            Self::FileEmpty
            | Self::FileTooLong { .. }
            | Self::FileOther
            | Self::PdfBroken
            | Self::PdfEncrypted
            | Self::PdfEmpty
            | Self::TooManyPages { .. }
            | Self::NoPicture
            | Self::SeveralPictures { .. }
            | Self::PictureOther
            | Self::PictureBroken
            | Self::PictureTooLarge { .. }
            | Self::Blank
            | Self::NoCode
            | Self::SeveralCodes
            | Self::Double { .. }
            | Self::Apart { .. } => Some("files"),
        }
    }
}
