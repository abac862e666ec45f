//! Promise: a stack of scans comes back as it went out: each page is told by its code however it lay on the glass, what cannot
//! be told is said of its page, and nothing is taken for a paper that it is not.

mod collected;
mod stacks;

use gradtrail::domain::ids::{FileHash, StudentId};
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Term as _;
use gradtrail::input::file::File;
use gradtrail::packet::mark::{MarkError, PageMark};
use gradtrail::packet::scan::bound::bound;
use gradtrail::packet::scan::picture::{Picture, PictureKind};
use gradtrail::packet::scan::{FILE_MB_MAX, PAGES_MAX, ScanFault, Unread, pages, read};
use uuid::Uuid;

use crate::support::papers::{Sheet, pdf};

fn mark(number: u128) -> PageMark {
    let kinds = DocumentKind::ENTRIES;
    let kind = kinds[usize::try_from(number).unwrap() % kinds.len()].value;
    PageMark::of(kind, 1, StudentId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)), hash(number))
}

fn hash(number: u128) -> FileHash {
    FileHash::new([u8::try_from(number % 251).unwrap(); 32])
}

fn file(bytes: Vec<u8>) -> File {
    File { name: "扫描.pdf".to_owned(), bytes }
}

fn pictures(bytes: Vec<u8>) -> Vec<Picture> {
    pages(&file(bytes)).unwrap().into_iter().map(Result::unwrap).collect()
}

#[test]
fn a_page_is_told_at_every_usual_resolution_turned_skewed_and_noisy() {
    let (mark, mut number) = (mark(7), 0);
    for (dpi, all) in [(150, &[0.0, 1.5, -3.0, 8.0, 90.0, 178.0, 270.0][..]), (200, &[-2.0])] {
        let sheet = Sheet::printed(&mark.text(), dpi);
        for degrees in all {
            number += 1;
            let (scan, quality) = (sheet.turned(*degrees).noisy(25, number), if number % 2 == 0 { 85 } else { 35 });
            assert_eq!(read(&scan.picture(quality)), Ok(mark), "{dpi} dpi, {degrees} degrees, quality {quality}");
        }
    }
}

#[test]
fn a_scan_of_300_dpi_in_grey_in_colour_and_as_png_says_the_same() {
    let mark = mark(3);
    let scan = Sheet::printed(&mark.text(), 300).turned(2.0).noisy(20, 1);
    for bytes in [scan.jpeg(75), scan.colour_jpeg(75), scan.png()] {
        assert_eq!(read(&Picture::of(&bytes).unwrap()), Ok(mark));
    }
    let files = [pdf(&[&[scan.jpeg(75)], &[scan.colour_jpeg(60)]]), scan.png()];
    for bytes in files {
        for picture in pictures(bytes) {
            assert_eq!(read(&picture), Ok(mark));
        }
    }
}

#[test]
fn of_each_page_of_a_pdf_its_own_code_is_told_in_order() {
    let sheets: Vec<Vec<u8>> = (0..7).map(|number| Sheet::printed(&mark(number).text(), 150).jpeg(70)).collect();
    let of_pages: Vec<&[Vec<u8>]> = sheets.chunks(1).collect();
    let read_back: Vec<_> = pictures(pdf(&of_pages)).iter().map(|picture| read(picture).unwrap()).collect();
    assert_eq!(read_back, (0..7).map(mark).collect::<Vec<_>>());
}

/// Whatever is done to a page, it is told as the one that it is, or not at all.
#[test]
fn a_page_that_is_torn_stained_or_too_coarse_is_never_told_as_another() {
    let mark = mark(11);
    for seed in 0..12 {
        let dpi = 45 + usize::try_from(seed).unwrap() * 8;
        let mut scan = Sheet::printed(&mark.text(), dpi).noisy(60, seed);
        let (left, top) = (scan.width * 8 / 10, scan.height * 3 / 100);
        // A stain over a part of the code that grows.
        scan.fill(left, top, scan.width * usize::try_from(seed % 10).unwrap() / 90, scan.height / 40, 30);
        match read(&scan.picture(50)) {
            Ok(told) => assert_eq!(told, mark, "seed {seed}"),
            Err(Unread::Scan(ScanFault::NoCode)) => (),
            Err(Unread::Mark(error)) => panic!("a code is read whole or not at all: {error:?}"),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_blank_page_one_without_a_code_and_one_with_codes_of_others_say_so() {
    assert_eq!(read(&Sheet::blank(150).noisy(5, 1).picture(80)), Err(Unread::Scan(ScanFault::Blank)));
    let mut words = Sheet::printed(&mark(1).text(), 150);
    words.fill(900, 0, 340, 260, 250);
    assert_eq!(read(&words.picture(80)), Err(Unread::Scan(ScanFault::NoCode)));
    let mut two = Sheet::printed(&mark(1).text(), 150);
    two.put_code(&mark(2).text(), 100, 100, 136);
    assert_eq!(read(&two.picture(80)), Err(Unread::Scan(ScanFault::SeveralCodes)));
    // The same code twice, as on a slip that is not cut off, and that of a parcel beside ours, change nothing.
    let mut beside = Sheet::printed(&mark(1).text(), 150);
    beside.put_code(&mark(1).text(), 100, 700, 136);
    beside.put_code("https://example.org/parcel/77", 100, 100, 136);
    assert_eq!(read(&beside.picture(80)), Ok(mark(1)));
    let foreign = "https://example.org/menu";
    let foreign_page = Sheet::printed(foreign, 150).picture(80);
    assert_eq!(read(&foreign_page), Err(Unread::Mark(MarkError::NotOurs(foreign.to_owned()))));
    let later = "GT2:CONSENT:1:00000000000000000000000000000ABC:FEFEFEFEFEFE";
    assert_eq!(
        read(&Sheet::printed(later, 150).picture(80)),
        Err(Unread::Mark(MarkError::LaterForm(later.to_owned())))
    );
}

#[test]
fn what_is_no_scan_says_what_is_wrong_with_it_and_how_to_mend_it() {
    let sheet = Sheet::printed(&mark(1).text(), 100);
    let good = pdf(&[&[sheet.jpeg(60)]]);
    let whole = |bytes: Vec<u8>| pages(&file(bytes)).map(|pages| pages.len());
    assert_eq!(whole(good.clone()), Ok(1));
    assert_eq!(whole(vec![]), Err(ScanFault::FileEmpty));
    assert_eq!(whole(pdf(&[])), Err(ScanFault::PdfEmpty));
    assert_eq!(whole(b"PK\x03\x04 a workbook".to_vec()), Err(ScanFault::FileOther));
    assert_eq!(whole(vec![0; (FILE_MB_MAX << 20) + 1]), Err(ScanFault::FileTooLong { max_mb: FILE_MB_MAX }));
    assert_eq!(whole(b"%PDF-1.7\n%broken".to_vec()), Err(ScanFault::PdfBroken));
    let text = String::from_utf8_lossy(&good).into_owned();
    let at = text.rfind("trailer").unwrap();
    let trailer = good.windows(7).rposition(|word| word == b"trailer").unwrap();
    assert!(at > 0);
    let locked = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <0123456789012345678901234567890123456789012345678901234567890123> \
                  /U <0123456789012345678901234567890123456789012345678901234567890123> >> /ID [<00> <00>] ";
    let begins = trailer + good[trailer..].windows(2).position(|word| word == b"<<").unwrap() + 2;
    let encrypted = [&good[..begins], locked.as_bytes(), &good[begins..]].concat();
    assert_eq!(whole(encrypted), Err(ScanFault::PdfEncrypted));
    // Page by page: what is wrong with one keeps no other out.
    let two = [sheet.jpeg(60), sheet.jpeg(61)];
    let mixed = pages(&file(pdf(&[&[sheet.jpeg(60)], &two, &[]]))).unwrap();
    let faults: Vec<Option<ScanFault>> = mixed.into_iter().map(Result::err).collect();
    assert_eq!(faults, [None, Some(ScanFault::SeveralPictures { count: 2 }), Some(ScanFault::NoPicture)]);
    // A picture that breaks off, and one that says it is larger than any page.
    let jpeg = sheet.jpeg(60);
    let part = Picture::of(&jpeg[..40]).unwrap();
    assert_eq!(read(&part), Err(Unread::Scan(ScanFault::PictureBroken)));
    let mut huge = jpeg;
    let frame = huge.windows(2).position(|word| word == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0x3f, 0xff, 0x3f, 0xff]);
    let huge = Picture::of(&huge).unwrap();
    assert!(matches!(read(&huge), Err(Unread::Scan(ScanFault::PictureTooLarge { .. }))));
}

#[test]
fn a_stack_of_two_hundred_pages_is_taken_and_more_than_four_hundred_are_not() {
    let small = Sheet::blank(20).jpeg(50);
    let of_pages = |count: usize| pdf(&vec![std::slice::from_ref(&small); count]);
    assert_eq!(pages(&file(of_pages(200))).unwrap().len(), 200);
    assert_eq!(pages(&file(of_pages(PAGES_MAX + 1))), Err(ScanFault::TooManyPages { max: PAGES_MAX }));
}

/// Whatever bytes come, they are answered: broken files of every kind make nothing panic.
#[test]
fn bytes_that_are_cut_and_changed_anywhere_are_answered() {
    let sheet = Sheet::printed(&mark(1).text(), 60);
    for good in [pdf(&[&[sheet.jpeg(60)], &[sheet.jpeg(50)]]), sheet.jpeg(60), sheet.png()] {
        for step in 1..24 {
            let at = good.len() * step / 24;
            let mut changed = good.clone();
            changed[at] ^= 0x55;
            for bytes in [good[..at].to_vec(), changed] {
                for page in pages(&file(bytes)).into_iter().flatten().flatten() {
                    let _answered = read(&page);
                }
            }
        }
    }
}

#[test]
fn the_pages_of_a_paper_become_one_file_that_says_the_same_and_a_single_page_stays_as_it_came() {
    let sheets = [1, 2].map(|number| Sheet::printed(&mark(number).text(), 150));
    let jpegs: Vec<Picture> = sheets.iter().map(|sheet| sheet.picture(70)).collect();
    let png = Picture::of(&sheets[0].png()).unwrap();
    assert_eq!(bound(&[&jpegs[0]]).unwrap(), jpegs[0].bytes.to_vec());
    let both = bound(&[&jpegs[0], &jpegs[1]]).unwrap();
    assert_eq!(both, bound(&[&jpegs[0], &jpegs[1]]).unwrap(), "the same pages make the same file");
    // What comes out is what went in, to the last bit.
    assert_eq!(pictures(both), jpegs);
    let mixed = bound(&[&jpegs[0], &png]).unwrap();
    assert!(mixed.starts_with(b"%PDF-") && png.kind == PictureKind::Png);
    let of_mixed = pages(&file(mixed)).unwrap();
    assert_eq!((of_mixed[0].as_ref(), of_mixed[1].as_ref()), (Ok(&jpegs[0]), Err(&ScanFault::PictureOther)));
}
