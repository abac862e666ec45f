//! What buttons call each command.

use crate::app::actions::Action;

/// What a button says that does this: Chinese and English; of what is asked and not done, nothing.
pub(super) const fn verb(action: Action) -> Option<(&'static str, &'static str)> {
    Some(match action {
        Action::SchoolAdd => ("登记学校", "Register the school"),
        Action::StaffAdd => ("开通账号", "Open an account"),
        Action::StaffChange => ("变更角色", "Change the role"),
        Action::StaffHandOver => ("移交", "Hand over"),
        Action::StaffDeputise => ("安排代理", "Appoint a deputy"),
        Action::StaffEndDeputy => ("结束代理", "End the deputyship"),
        Action::StaffDisable => ("停用账号", "Disable the account"),
        Action::StaffEnable => ("重新启用", "Enable again"),
        Action::StaffRename => ("更正姓名", "Correct the name"),
        Action::StaffUndo => ("撤销账号记录", "Undo on the account"),
        Action::StaffInvite => ("邀请登录", "Invite"),
        Action::StaffInviteSchool => ("打印全校邀请条", "Print the invitations of a school"),
        Action::StaffWaive => ("免用动态码", "Waive the second factor"),
        Action::StaffMail => ("邮件和每日提醒", "Mail and the daily digest"),
        Action::SessionRevoke => ("结束登录", "End sessions"),
        Action::TokenIssue => ("签发令牌", "Issue a token"),
        Action::TokenRevoke => ("吊销令牌", "Revoke the token"),
        Action::StudentErase => ("匿名化", "Erase"),
        Action::StudentCorrectNumber => ("更正证件号码", "Correct the document number"),
        Action::StudentStanding => ("登记学籍状态", "Record a standing"),
        Action::Import => ("导入", "Import"),
        Action::ImportUndo => ("撤销导入", "Undo the import"),
        Action::EmployerRegister => ("登记单位", "Register a unit"),
        Action::EmployerProfile => ("补充单位情况", "Add to the profile"),
        Action::EmployerStaff => ("登记职工人数", "Record the staff"),
        Action::EmployerMerge => ("合并单位", "Merge"),
        Action::EmployerTellApart => ("不是同一单位", "Not the same"),
        Action::EmployerClose => ("登记注销", "Record that it closed"),
        Action::EmployerCorrect => ("更正名称或代码", "Correct name or code"),
        Action::EmployerUndo => ("撤销单位记录", "Undo on the unit"),
        Action::HostPropose => ("提出实习单位", "Propose as a host"),
        Action::HostVisit => ("登记考察", "Record the visit"),
        Action::HostAccept => ("核定", "Accept"),
        Action::HostRefuse => ("不予核定", "Refuse"),
        Action::HostPublish => ("登记公布", "Record its publication"),
        Action::HostSuspend => ("暂停使用", "Suspend"),
        Action::HostResume => ("恢复使用", "Resume"),
        Action::HostFramework => ("登记合作协议", "Record the agreement with it"),
        Action::HostContact => ("登记联系人", "Record the contact"),
        Action::HostUndo => ("撤销实习单位记录", "Undo on the host"),
        Action::SeasonPlan => ("登记实习计划", "Plan the season"),
        Action::SeasonUndo => ("撤销实习计划", "Undo the plan"),
        Action::PublicationRecord => ("登记公布的数字", "Record a published figure"),
        Action::PublicationWithdraw => ("撤回公布的数字", "Withdraw a published figure"),
        Action::PublicationUndo => ("撤销公布的记录", "Undo on the publication"),
        Action::PlacementDraft => ("安排实习", "Place"),
        Action::PlacementRevise => ("修改安排", "Revise"),
        Action::PlacementSubmit => ("提交审核", "Submit"),
        Action::PlacementEvaluate => ("登记核查结论", "Record the verdict"),
        Action::PlacementReturn => ("退回修改", "Return"),
        Action::PlacementReject => ("不予批准", "Reject"),
        Action::PlacementApprove => ("批准", "Approve"),
        Action::PlacementLate => ("批准补登", "Approve late"),
        Action::PlacementReady => ("确认上岗准备", "Confirm readiness"),
        Action::PlacementArrive => ("登记到岗", "Record the arrival"),
        Action::PlacementNoShow => ("登记未到岗", "Record the no-show"),
        Action::PlacementChangeHost => ("变更单位", "Change the host"),
        Action::PlacementChangeSite => ("变更岗位", "Change the post"),
        Action::PlacementChangeMentor => ("变更指导教师", "Change the mentors"),
        Action::PlacementChangePeriod => ("变更期限", "Change the period"),
        Action::PlacementChangePay => ("变更报酬", "Change the pay"),
        Action::PlacementSuspend => ("中止实习", "Suspend"),
        Action::PlacementResume => ("恢复实习", "Resume"),
        Action::PlacementEnd => ("提前终止", "End early"),
        Action::PlacementCancel => ("取消实习", "Cancel"),
        Action::PlacementUndo => ("撤销实习记录", "Undo on the placement"),
        Action::AgreementDraft => ("拟协议", "Draft the agreement"),
        Action::AgreementSend => ("发出待签", "Send for signature"),
        Action::AgreementSign => ("登记签署", "Record signatures"),
        Action::AgreementScan => ("补交扫描件", "Attach the scan"),
        Action::AgreementCollect => ("收扫描件", "Collect scans"),
        Action::AgreementRevoke => ("签署不作数", "Revoke a signature"),
        Action::AgreementRefuse => ("登记拒签", "Record a refusal to sign"),
        Action::AgreementRecall => ("撤回材料", "Recall"),
        Action::AgreementAmend => ("拟补充协议", "Draft an amendment"),
        Action::AgreementTerminate => ("解除协议", "Terminate the agreement"),
        Action::AgreementVoid => ("作废版本", "Void a version"),
        Action::AgreementUndo => ("撤销材料记录", "Undo on the documents"),
        Action::ExemptionRequest => ("申请免实习", "Request an exemption"),
        Action::ExemptionGrant => ("准予免实习", "Grant the exemption"),
        Action::ExemptionRefuse => ("不予免实习", "Refuse the exemption"),
        Action::ExemptionWithdraw => ("学生撤回申请", "Withdraw the request"),
        Action::ExemptionUndo => ("撤销免实习记录", "Undo on the exemption"),
        Action::OutcomeSay => ("登记去向", "Record a destination"),
        Action::OutcomeReview => ("审核去向", "Review the destination"),
        Action::OutcomeJudge => ("判断是否对口", "Judge the match"),
        Action::StudySay => ("登记升学", "Record an enrolment"),
        Action::StudyExam => ("登记考试", "Record an exam"),
        Action::StudyReview => ("审核升学", "Review the enrolment"),
        Action::ConflictResolve => ("选定以哪条为准", "Choose what decides"),
        Action::PacketPrint => ("打印材料", "Print documents"),
        Action::SchoolList
        | Action::StaffList
        | Action::SessionList
        | Action::MailList
        | Action::TokenList
        | Action::StudentFind
        | Action::StudentList
        | Action::StudentShow
        | Action::ClassList
        | Action::ImportList
        | Action::EmployerShow
        | Action::EmployerList
        | Action::EmployerDuplicates
        | Action::EmployerInterns
        | Action::HostShow
        | Action::HostList
        | Action::SeasonList
        | Action::PlacementShow
        | Action::AgreementPaper
        | Action::ExemptionList
        | Action::OutcomeShow
        | Action::EvidenceGet
        | Action::Report
        | Action::Explain
        | Action::MissingList
        | Action::StudyList
        | Action::ConflictList
        | Action::ReportCompare
        | Action::ReportTrend
        | Action::PublicationList
        | Action::DefinitionList
        | Action::Queue
        | Action::AtWork
        | Action::AtWorkCounts
        | Action::Grid
        | Action::Head
        | Action::EventList
        | Action::ChangeList
        | Action::History
        | Action::Check => return None,
    })
}
