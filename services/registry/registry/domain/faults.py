"""What can be wrong with a register extract, in words: what, and how to mend it. Never with a value of the file."""

from collections.abc import Mapping
from typing import NamedTuple

from contracts.register_extract import COLUMN_OF_LABEL, COLUMNS, Fault


class Words(NamedTuple):
    """A fault in both languages."""

    what_zh: str
    mend_zh: str
    what_en: str
    mend_en: str


_HEADINGS = "、".join(dict.fromkeys(column.label for column in COLUMNS))

FAULTS: Mapping[str, Words] = {
    # the file
    "unreadable_file": Words(
        "文件无法读取",
        "另存为 .xlsx 或 UTF-8 编码的 .csv 后重新上传",
        "The file cannot be read",
        "Save it anew as .xlsx, or as .csv in UTF-8",
    ),
    "no_rows": Words(
        "没有数据行",
        "第一行为列标题，自第二行起填写数据",
        "There are no rows",
        "Headings stand in the first row, data from the second on",
    ),
    "no_headings": Words(
        "第一行没有可识别的列标题",
        f"第一行须为列标题：{_HEADINGS}",
        "The first row holds no known heading",
        f"The first row holds headings: {_HEADINGS}",
    ),
    "hidden_sheet": Words(
        "含有隐藏的工作表",
        "删除隐藏的工作表，或取消隐藏并核对",
        "A sheet is hidden",
        "Delete the hidden sheet, or show it and look at it",
    ),
    "several_sheets": Words(
        "有多个含数据的工作表", "每个文件只保留一个工作表", "Several sheets hold data", "Leave one sheet in a file"
    ),
    "bad_quotes": Words(
        "引号不成对，自该行起无法分列",
        "检查该行的双引号：单元格内的双引号须写两次",
        "Quotes do not match; from this row on cells cannot be told apart",
        "Look at the quotes of this row: inside of a cell they are written twice",
    ),
    # the headings
    "missing_column": Words("缺少必需的列", "补上该列", "A required column is missing", "Add this column"),
    "unknown_column": Words(
        "列标题无法识别",
        f"改为以下标题之一或删除该列：{_HEADINGS}",
        "This heading is not known",
        f"Call it by one of these, or delete the column: {_HEADINGS}",
    ),
    "column_twice": Words("同一内容有两列", "只保留其中一列", "Two columns hold the same", "Leave one of them"),
    # the row
    "row_short": Words(
        "该行的单元格少于标题行",
        "补齐缺少的单元格，空值也要保留分隔符",
        "This row has fewer cells than the headings",
        "Add the missing cells; empty ones keep their comma",
    ),
    "row_long": Words(
        "该行的单元格多于标题行",
        "检查多出的分隔符；含逗号的内容须加双引号",
        "This row has more cells than the headings",
        "Look for a comma too many; text with commas stands in quotes",
    ),
    "merged_cells": Words(
        "含有合并单元格", "取消合并，在每个单元格中分别填写", "Cells are merged", "Split them and fill in each"
    ),
    # any cell
    "bad_encoding": Words(
        "含有无法解码的字符",
        "以 UTF-8 或 GB18030 编码重新保存该单元格的内容",
        "It holds bytes that are no text",
        "Write the cell anew and save the file in UTF-8 or GB18030",
    ),
    "control_characters": Words(
        "含有换行、制表符或不可见的控制字符",
        "删除不可见字符，内容写成一行",
        "It holds a line break, a tab or an invisible character",
        "Delete what cannot be seen and write one line",
    ),
    "formula": Words(
        "是公式或以公式符号开头",
        "粘贴为数值，去掉开头的 = + - @",
        "It is a formula, or begins like one",
        "Paste it as a value, without = + - @ in front",
    ),
    "lost_digits": Words(
        "长数字以数值格式保存，末尾数位已丢失",
        "先把该列设为文本格式，再重新填写",
        "A long number was kept as a quantity and has lost digits",
        "Make the column text first, then write it anew",
    ),
    "error_value": Words(
        "是错误值(如 #REF!、#N/A)",
        "更正产生错误的公式，再粘贴为数值",
        "It is an error like #REF! or #N/A",
        "Mend the formula that made it, then paste it as a value",
    ),
    "empty": Words("必填项为空", "填写该单元格", "A required cell is empty", "Fill it in"),
    "too_long": Words(
        "内容过长",
        "缩短内容：名称类不超过 256 字，其他不超过 4096 字",
        "The text is too long",
        "Shorten it: names to 256 characters, other texts to 4096",
    ),
    # the code
    "code_form": Words(
        "不是 18 位统一社会信用代码",
        "核对登记证书，填写 18 位数字和大写字母(不含 I、O、S、V、Z)",
        "This is no credit code of 18 places",
        "Copy the 18 digits and capital letters (never I, O, S, V, Z) from the certificate",
    ),
    "code_check_18": Words(
        "信用代码第 18 位校验码不符",
        "对照登记证书核对整个代码",
        "The last check digit of the credit code (place 18) is wrong",
        "Compare the whole code with the certificate",
    ),
    "code_check_17": Words(
        "信用代码第 17 位(组织机构代码校验码)不符",
        "对照登记证书核对第 9 至 17 位",
        "The check digit of the inner code (place 17) is wrong",
        "Compare places 9 to 17 with the certificate",
    ),
    "code_check_both": Words(
        "信用代码第 17 位和第 18 位校验码均不符",
        "对照登记证书核对整个代码，注意第 9 至 17 位",
        "Both check digits of the credit code (places 17 and 18) are wrong",
        "Compare the whole code with the certificate, places 9 to 17 above all",
    ),
    "code_twice": Words(
        "与第 {first_row} 行的信用代码重复",
        "删除其中一行，或更正其中一个代码",
        "The credit code stood in row {first_row} already",
        "Delete one of the rows, or mend one of the codes",
    ),
    # its forms
    "bad_choice": Words(
        "类别无法识别",
        "填写社会团体、基金会或社会服务机构",
        "This kind is not known",
        "Write association, foundation or service institution",
    ),
    "bad_flag": Words(
        "不是“是”或“否”",
        "填写“是”或“否”，不清楚时留空",
        "This is neither yes nor no",
        "Write yes or no, or leave it empty if it is not known",
    ),
    "bad_day": Words(
        "不是有效日期",
        "按 2024-03-01、2024/3/1、20240301 或 2024年3月1日 填写",
        "This is no date",
        "Write it like 2024-03-01, 2024/3/1 or 20240301",
    ),
    "serial_day": Words(
        "是电子表格内部的日期序号，不是日期",
        "把该列设为日期格式，或按 2024-03-01 填写",
        "This is a spreadsheet's own number of a day, not a date",
        "Give the column the format of a date, or write it like 2024-03-01",
    ),
    "day_ahead": Words(
        "日期晚于今天", "填写已经发生的日期", "The date lies in the future", "Write the day on which it happened"
    ),
    "bad_money": Words(
        "不是有效金额",
        "只填写数字，可用千位分隔符和小数点，如 30,000.00",
        "This is no amount of money",
        "Write digits, with commas between thousands and a point if need be, like 30,000.00",
    ),
    "half_fen": Words(
        "金额有不足一分的尾数",
        "精确到分：元保留两位小数，万元保留六位小数",
        "The amount holds a part of a fen",
        "Write whole fen: two decimals of yuan, six of ten thousand yuan",
    ),
    "too_much_money": Words(
        "金额超过一千亿元",
        "核对单位是元还是万元",
        "The amount is above a hundred billion yuan",
        "See whether it is in yuan or in ten thousand yuan",
    ),
    "bad_division": Words(
        "不是有效的行政区划代码",
        "填写国家统计局的 6、9 或 12 位区划代码",
        "This is no code of a division",
        "Write its 6, 9 or 12 digits as the statistics bureau lists them",
    ),
    "division_not_yours": Words(
        "该行政区划不在您的管辖范围",
        "由有权限的人员导入，或更正区划代码",
        "This division is not yours",
        "Let somebody import it whose it is, or mend the code",
    ),
    "bad_phone": Words(
        "不是有效电话号码",
        "填写数字，如 0577-63720000 或 13800000000，只填一个号码",
        "This is no telephone number",
        "Write one number, like 0577-63720000 or 13800000000",
    ),
    "bad_identity": Words(
        "不是有效的身份证件号码",
        "对照证件核对每一位",
        "This is no number of an identity document",
        "Compare each place with the document",
    ),
    "not_by_contract": Words(
        "该行内容不符合登记数据的规定",
        "对照列说明核对该行",
        "This row is not what an entry of the register may be",
        "Compare the row with the description of the columns",
    ),
    # the register
    "dissolved": Words(
        "该组织已注销或被撤销登记", "删除该行", "The organization was deregistered or revoked", "Delete this row"
    ),
}


def told(fault: Fault) -> dict[str, object]:
    """Put a fault into words."""
    words = FAULTS[fault.code]
    first = fault.first_row
    column = COLUMN_OF_LABEL.get(fault.column)
    return {
        "row": fault.row,
        "column": fault.column,
        "field": column.field if column is not None else None,
        "code": fault.code,
        "what": {"zh": words.what_zh.format(first_row=first), "en": words.what_en.format(first_row=first)},
        "mend": {"zh": words.mend_zh, "en": words.mend_en},
    }
