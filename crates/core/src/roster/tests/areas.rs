//! Grids and their days, coverage and its gaps, cadres.

use super::*;
use crate::document::Scalar;
use crate::household::Residence;
use crate::roster::{Covered, Gap, GridPlace, InScope};

fn home(n: u8) -> DocId {
    doc(DocKind::Household, n)
}

fn scope(n: u8, grid: Option<u8>) -> InScope {
    InScope { household: home(n), grid: grid.map(id), residence: None }
}

fn named(name: &str, node: Option<DocId>) -> GridDraft {
    GridDraft::new(&GridForm { name: name.into(), kind: Some(GridKind::Grid), node, ..GridForm::default() }).unwrap()
}

/// Grid 1 lies in grid 2; grid 3 replaced grid 1 on the 10th.
fn with_grids(mut document: Document) -> Document {
    for n in 1..=3 {
        write(&mut document, 9, put_grid(id(n), &named("网格", None)));
    }
    let roster = Roster::read(&document);
    let inside = GridPlace { parent: Some(id(2)), from: None };
    write(&mut document, 9, place_grid(&roster, id(1), inside).unwrap());
    write(&mut document, 9, place_grid(&roster, id(3), inside).unwrap());
    let roster = Roster::read(&document);
    write(&mut document, 9, end_grid(&roster, id(1), day(9), Some(id(3))).unwrap());
    document
}

#[test]
fn a_grid_that_was_replaced_keeps_its_days_and_its_households_count_in_the_next() {
    let roster = Roster::read(&with_grids(village()));
    assert_eq!(roster.above(id(1)), [id(1), id(2)]);
    assert!(roster.grids[&id(1)].is_active(day(9)) && !roster.grids[&id(1)].is_active(day(10)));
    assert_eq!((roster.grid_on(id(1), day(9)), roster.grid_on(id(1), day(10))), (id(1), id(3)));
    let count = |on| roster.coverage(on, [scope(1, Some(1))]).grids.into_keys().collect::<Vec<_>>();
    assert_eq!(count(day(9)), [Some(id(1)), Some(id(2))]);
    assert_eq!(count(day(10)), [Some(id(2)), Some(id(3))]);
}

#[test]
fn people_who_wrote_apart_may_put_two_grids_into_each_other_and_nothing_goes_round() {
    let mut document = with_grids(village());
    write(&mut document, 9, put(&format!("grid/{}/parent", id(2)), id(1).to_scalar()));
    write(&mut document, 9, put(&format!("grid/{}/to", id(3)), "2026-11-12"));
    write(&mut document, 9, put(&format!("grid/{}/replaced_by", id(3)), id(1).to_scalar()));
    let roster = Roster::read(&document);
    assert_eq!(roster.above(id(1)), [id(1), id(2)]);
    assert_eq!(roster.grid_on(id(1), day(20)), id(3));
    assert_eq!(roster.coverage(day(20), [scope(1, Some(1))]).village.households, 1);
}

#[test]
fn coverage_counts_by_village_and_grid_without_the_empty_houses_and_names_every_gap() {
    let ended = LinkForm { to: Some(day(2)), ..link(1, 3) };
    let to_come = LinkForm { from: Some(day(20)), ..link(1, 4) };
    let mut document = with_links(&[(1, link(1, 1)), (2, ended), (3, to_come), (4, link(2, 5)), (5, link(1, 6))]);
    write(&mut document, 9, set_active(worker(2), false));
    let roster = Roster::read(&with_grids(document));
    let empty = |n| InScope { residence: Some(Residence::Empty), ..scope(n, Some(2)) };
    let homes =
        [scope(1, Some(1)), scope(2, Some(1)), scope(3, None), scope(4, None), scope(5, Some(2)), empty(6), empty(7)];
    let coverage = roster.coverage(day(3), homes);
    assert_eq!(coverage.village, Covered { households: 5, linked: 1, empty: 2 });
    let grids: Vec<_> = coverage.grids.into_iter().collect();
    assert_eq!(
        grids,
        [
            (None, Covered { households: 2, linked: 0, empty: 0 }),
            (Some(id(1)), Covered { households: 2, linked: 1, empty: 0 }),
            (Some(id(2)), Covered { households: 3, linked: 1, empty: 2 }),
        ]
    );
    let gaps: Vec<_> = coverage.gaps.into_iter().collect();
    let expected = [(2, Gap::NeverLinked), (3, Gap::Ended), (4, Gap::ToCome), (5, Gap::NobodyThere)];
    assert_eq!(gaps, expected.map(|(n, gap)| (home(n), gap)));
}

#[test]
fn a_node_household_with_too_few_or_too_many_is_told_and_a_grid_inside_another_is_not_counted_twice() {
    let mut document = with_grids(village());
    for n in [2, 3] {
        write(&mut document, 9, put_grid(id(n), &named("网格", Some(home(200)))));
    }
    let roster = Roster::read(&document);
    let homes = |count: u8| (0..count).map(|n| scope(n, Some(3))).collect::<Vec<_>>();
    for (count, told) in [(49, Some(49)), (50, None), (100, None), (101, Some(101))] {
        let nodes = roster.coverage(day(12), homes(count)).nodes;
        assert_eq!(nodes.get(&home(200)).copied(), told, "{count} households");
    }
}

#[test]
fn a_cadre_is_paired_and_stationed_from_a_day_to_a_day() {
    let mut document = village();
    let roster = Roster::read(&document);
    let form =
        PostForm { name: "陈干部".into(), unit: "区农业局".into(), from: Some(day(3)), ..PostForm::default() };
    let by_name = PostDraft::new(&form, &roster).unwrap();
    let listed = PostForm { worker: Some(worker(1)), name: "别名".into(), from: Some(day(3)), ..PostForm::default() };
    let listed = PostDraft::new(&listed, &roster).unwrap();
    write(&mut document, 9, pair(id(1), &by_name, Some(home(1))).unwrap());
    write(&mut document, 9, station(id(2), &listed));
    let roster = Roster::read(&document);
    assert_eq!(roster.active_pairs(day(2)).count(), 0);
    let (_, paired) = roster.active_pairs(day(3)).next().unwrap();
    assert_eq!((paired.household, paired.name.as_ref().unwrap().as_str()), (Some(home(1)), "陈干部"));
    let (_, stationed) = roster.stationed(day(9)).next().unwrap();
    assert_eq!((stationed.worker, &stationed.name), (Some(worker(1)), &None), "the roster says what they are called");
    let views: Vec<_> = crate::views::project(&document).into_iter().map(|row| row.view).collect();
    assert!(views.contains(&"pairs") && views.contains(&"stations"));
}

#[test]
fn a_judge_lets_no_post_in_that_names_nobody_or_runs_backwards() {
    use crate::roster::pairs::Post;
    let pair = |json: &str| Post::is_pair(&Scalar::from(json));
    let of = |rest: &str| format!(r#"{{"household":"{}"{rest}}}"#, home(1));
    assert!(pair(&of(r#","name":"陈干部""#)));
    assert!(!pair(&of("")), "nobody");
    assert!(!pair(&of(r#","name":"陈干部","from":"2026-11-05","to":"2026-11-03""#)));
    assert!(!pair(r#"{"name":"陈干部"}"#), "a pair has a household");
    assert!(Post::is_stationing(&r#"{"name":"陈干部"}"#.into()));
    assert!(!Post::is_stationing(&of(r#","name":"陈干部""#).into()), "a stationing has none");
}
